"""Values are checked against a JSON Schema (2020-12), and the first fault is named by its path.

No reference to another document is followed. A pattern is limited in size and takes linear time.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator, ValidationError

_MOST_BYTES_OF_PATTERN = 1_000_000
"""Of a compiled one. `^\\p{L}{1,64}$` needs a third."""
_IN_PLACE_OF_THE_VALUE = "the value"
_DEEPEST = 64
_LONGEST_NAME = 64


class ValueFault(ValueError):
    """A value does not match. The text is `path problem`, and repeats no value."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path} {problem}")
        self.path = path
        self.problem = problem


class JsonSchema:
    def __init__(self, schema: Mapping[str, Any]) -> None:
        """Raise ValueFault for what is no schema, or refers to another document."""
        self._validator = _compile(schema)

    def check(self, value: object) -> None:
        """Raise ValueFault."""
        from jsonschema_rs import ValidationError

        check_depth(value)
        try:
            self._validator.validate(value)
        except ValidationError as error:
            raise _fault(error) from None  # the error has the value
        except UnicodeEncodeError:
            raise ValueFault("", "has a character that is none") from None


def _compile(schema: Mapping[str, Any]) -> "Draft202012Validator":
    # Loading it takes as long as a begin of a ceremony, which does not need it.
    from jsonschema_rs import Draft202012Validator, RegexOptions, ValidationError

    try:
        return Draft202012Validator(
            dict(schema),
            validate_formats=True,
            ignore_unknown_formats=False,
            offline=True,
            pattern_options=RegexOptions(size_limit=_MOST_BYTES_OF_PATTERN),
            mask=_IN_PLACE_OF_THE_VALUE,
        )
    except ValidationError as error:
        raise _fault(error) from None
    except ValueError as error:
        raise ValueFault("", "is nested too deeply") from error


def _fault(error: "ValidationError") -> ValueFault:
    from jsonschema_rs import ValidationErrorKind

    path, kind = list(error.instance_path), error.kind
    if isinstance(kind, ValidationErrorKind.Required):
        return ValueFault(write_path([*path, kind.property]), "is required")
    if isinstance(kind, ValidationErrorKind.AdditionalProperties):
        return ValueFault(write_path([*path, _shown(min(kind.unexpected))]), "is not known")
    problem = error.message.removeprefix(f"{_IN_PLACE_OF_THE_VALUE} ")
    return ValueFault(write_path(path), problem)


def _shown(name: str) -> str:
    """Somebody else chose the name of an unknown member."""
    return name if name.isprintable() and len(name) <= _LONGEST_NAME else "…"


def write_path(steps: Iterable[str | int]) -> str:
    """Write `windows[0].timeZone`."""
    written = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps]
    return "".join(written).removeprefix(".")


def check_depth(value: object, most: int = _DEEPEST) -> None:
    """Without recursion, as the value may be nested deeper than the stack is. Raise ValueFault."""
    level: list[object] = [value]
    for _ in range(most):
        level = [inner for outer in level for inner in _members(outer)]
    if level:
        raise ValueFault("", "is nested too deeply")


def _members(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
