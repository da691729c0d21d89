"""Which function a request belongs to."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from devhost.errors import CannotStart
from devhost.functions import FunctionEntry
from devhost.templates import InvalidTemplate, Template, parse_template

# The host's own routes. It compares the beginning only, so "administrators" is refused too.
_RESERVED = ("admin", "runtime")


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    entry: FunctionEntry
    template: Template

    def answers(self, method: str) -> bool:
        return not self.entry.methods or method in self.entry.methods

    def shares_a_method_with(self, other: Route) -> bool:
        mine, theirs = self.entry.methods, other.entry.methods
        return not mine or not theirs or not mine.isdisjoint(theirs)


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteMatch:
    entry: FunctionEntry
    values: dict[str, str]


class Router:
    """The HTTP functions of an app, the most specific template first."""

    def __init__(self, entries: Iterable[FunctionEntry], *, prefix: str) -> None:
        routes = [_route(entry, prefix) for entry in entries if entry.trigger == "httpTrigger"]
        _check_conflicts(routes)
        self.routes = sorted(routes, key=lambda route: route.template.precedence)
        self._fixed = _by_path(self.routes)

    def find(self, *, method: str, raw_path: str) -> RouteMatch | None:
        """A wrong method is no match, as in Azure, where the method is part of the route."""
        path = split_path(raw_path)
        if path and path[0].lower() == "admin":
            return None
        for route in itertools.chain(self._fixed.get(_folded(path), ()), self.routes):
            if route.answers(method):
                values = route.template.match(path)
                if values is not None:
                    return RouteMatch(entry=route.entry, values=values)
        return None


def _by_path(routes: Iterable[Route]) -> dict[tuple[str, ...], list[Route]]:
    """Those without parameters, which no other route precedes. Most requests are for them."""
    found: dict[tuple[str, ...], list[Route]] = {}
    for route in routes:
        if route.template.is_fixed:
            found.setdefault(_folded(route.template.text.split("/")), []).append(route)
    return found


def _folded(path: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(str.lower, path))


def split_path(raw_path: str) -> list[str]:
    """Decode each segment. A slash inside a segment was sent encoded. As in Azure, such a segment
    matches no segment of a template, only a catch-all (Azure/azure-functions-host#9290)."""
    path = raw_path.removeprefix("/").removesuffix("/")
    return [_decode(segment) for segment in path.split("/")] if path else []


def _decode(segment: str) -> str:
    try:
        return unquote(segment, errors="strict")
    except UnicodeDecodeError:
        return re.sub("%2f", "/", segment, flags=re.IGNORECASE)


def _route(entry: FunctionEntry, prefix: str) -> Route:
    written = entry.route.strip("/")
    if written.lower().startswith(_RESERVED):
        raise CannotStart(f"{entry.name}: the route {written!r} begins as one of the host's own")
    try:
        template = parse_template(f"{prefix}/{written}" if prefix else written)
    except InvalidTemplate as error:
        raise CannotStart(f"{entry.name}: {error}") from error
    return Route(entry=entry, template=template)


def _check_conflicts(routes: Sequence[Route]) -> None:
    for first, second in itertools.combinations(routes, 2):
        same = first.template.text.lower() == second.template.text.lower()
        if same and first.shares_a_method_with(second):
            names = f"{first.entry.name} and {second.entry.name}"
            raise CannotStart(f"{names} have the same route {first.template.text!r}")
