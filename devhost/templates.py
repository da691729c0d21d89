"""ASP.NET route templates: `items/{id:guid}`, `{name?}`, `{*rest}`, `files/{name}.{ext}`.

werkzeug.routing is no replacement. It compares the fixed parts of a path case-sensitively. A value
that its converter refuses ends the search, so no less specific rule gets the request. It has no
optional parameters, and it orders its rules differently than ASP.NET.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from devhost.constraints import Constraint, UnknownConstraint, parse_constraint

_TOKEN = re.compile(r"\{(?P<parameter>(?:[^{}]|\{\{|\}\})+)\}|(?P<literal>[^{}/]+)|(?P<slash>/)")
_PARAMETER = re.compile(
    r"(?P<stars>\*{0,2})(?P<name>\w+)(?P<constraints>(?::\w+(?:\(.*?\)(?=[:=?]|$))?)*)"
    r"(?:=(?P<default>[^?]*))?(?P<optional>\?)?"
)
_CONSTRAINT = re.compile(r":(\w+(?:\(.*?\)(?=:\w|$))?)")


class InvalidTemplate(ValueError):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    name: str
    constraints: tuple[Constraint, ...] = ()
    default: str | None = None
    is_optional: bool = False
    is_catch_all: bool = False

    def accepts(self, value: str) -> bool:
        return all(constraint(value) for constraint in self.constraints)


@dataclass(frozen=True)
class Segment:
    """The text between two slashes: a literal, a parameter, or a mixture of both."""

    parts: tuple[str | Parameter, ...]

    @cached_property
    def parameter(self) -> Parameter | None:
        """The parameter, if it is the whole segment."""
        first = self.parts[0]
        return first if len(self.parts) == 1 and isinstance(first, Parameter) else None

    @property
    def precedence(self) -> int:
        """ASP.NET's digit: the template with the lower digits gets the request."""
        if len(self.parts) > 1:
            return 2
        if self.parameter is None:
            return 1
        unconstrained = 5 if self.parameter.is_catch_all else 3
        return unconstrained - bool(self.parameter.constraints)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        pattern = "".join(
            re.escape(part) if isinstance(part, str) else f"(?P<{part.name}>.+)"
            for part in self.parts
        )
        return re.compile(pattern, re.IGNORECASE | re.DOTALL)

    def match(self, value: str) -> dict[str, str] | None:
        found = self._pattern.fullmatch(value)
        if found is None or "/" in value:
            return None
        parameters = (part for part in self.parts if isinstance(part, Parameter))
        accepted = all(parameter.accepts(found[parameter.name]) for parameter in parameters)
        return found.groupdict() if accepted else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    text: str
    segments: tuple[Segment, ...]

    @property
    def precedence(self) -> tuple[int, ...]:
        return tuple(segment.precedence for segment in self.segments)

    @property
    def is_fixed(self) -> bool:
        """Whether it has no parameters."""
        return set(self.precedence) == {1}

    def match(self, path: Sequence[str]) -> dict[str, str] | None:
        """The route values, or None if the path's segments do not match."""
        values: dict[str, str] = {}
        for position, segment in enumerate(self.segments):
            parameter = segment.parameter
            rest = path[position:]
            if parameter is not None and (parameter.is_catch_all or not rest):
                found = _match_open_end(parameter, rest)
                return None if found is None else values | found
            found = segment.match(rest[0]) if rest else None
            if found is None:
                return None
            values |= found
        return values if len(path) == len(self.segments) else None


def _match_open_end(parameter: Parameter, rest: Sequence[str]) -> dict[str, str] | None:
    """A catch-all gets the rest of the path. If the path has ended, a parameter gets its default.

    An absent value is not constrained, as in ASP.NET. So `{x:maxlength(0)?}`, which no value
    satisfies, matches the root and nothing else.
    """
    value = "/".join(rest) or parameter.default
    if value:
        return {parameter.name: value} if parameter.accepts(value) else None
    return {} if parameter.is_optional or parameter.is_catch_all else None


def parse_template(text: str) -> Template:
    segments = tuple(Segment(tuple(parts)) for parts in _split(text))
    _check_parameters(text, segments)
    return Template(text=text, segments=segments)


def _split(text: str) -> Iterator[list[str | Parameter]]:
    parts: list[str | Parameter] = []
    position = 0
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None or (token["slash"] and not parts):
            raise InvalidTemplate(f"the route {text!r} is no template at character {position + 1}")
        if token["slash"]:
            yield parts
            parts = []
        else:
            parts.append(token["literal"] or _parse_parameter(token["parameter"]))
        position = token.end()
    if not parts:
        raise InvalidTemplate(f"the route {text!r} has an empty last segment")
    yield parts


def _parse_parameter(written: str) -> Parameter:
    found = _PARAMETER.fullmatch(written)
    if found is None:
        raise InvalidTemplate(f"{{{written}}} is no route parameter")
    # In a template, braces that would end the parameter are doubled.
    constraints = found["constraints"].replace("{{", "{").replace("}}", "}")
    try:
        parsed = tuple(parse_constraint(each) for each in _CONSTRAINT.findall(constraints))
    except (UnknownConstraint, re.error) as error:
        raise InvalidTemplate(f"{{{written}}} has an unknown constraint: {error}") from error
    return Parameter(
        name=found["name"],
        constraints=parsed,
        default=found["default"],
        is_optional=found["optional"] is not None,
        is_catch_all=bool(found["stars"]),
    )


def _check_parameters(text: str, segments: Sequence[Segment]) -> None:
    parameters = [
        part for segment in segments for part in segment.parts if isinstance(part, Parameter)
    ]
    names = [parameter.name.lower() for parameter in parameters]
    if len(names) != len(set(names)):
        raise InvalidTemplate(f"the route {text!r} names a parameter twice")
    last = segments[-1].parameter
    if any(
        (parameter.is_optional or parameter.is_catch_all) and parameter is not last
        for parameter in parameters
    ):
        raise InvalidTemplate(f"the route {text!r} has an open end before its last segment")
