"""Routes that the real host may give to another function than this host does.

Azure tries routes in the alphabetical order of their functions' names and uses the first that
matches (Azure/azure-functions-host#9876). This host uses the most specific route, like ASP.NET and
as developers expect. Where the two differ, an app works here and fails in Azure. This host warns of
it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from devhost.routing import Route, Router
from devhost.templates import Segment, Template


def shadowed_routes(router: Router) -> Iterator[tuple[Route, Route]]:
    """Pairs of a more specific route and the one that Azure would try before it."""
    for specific, general in itertools.combinations(router.routes, 2):
        is_tried_later = specific.entry.name.lower() > general.entry.name.lower()
        if is_tried_later and _may_both_fit(specific, general):
            yield specific, general


def describe(pairs: Iterable[tuple[Route, Route]]) -> Iterator[str]:
    for specific, general in pairs:
        yield (
            f"{specific.entry.name} ({specific.template.text}) is hidden in Azure by "
            f"{general.entry.name} ({general.template.text}), whose name comes first"
        )


def _may_both_fit(one: Route, other: Route) -> bool:
    return one.shares_a_method_with(other) and _may_fit_one_path(one.template, other.template)


def _may_fit_one_path(first: Template, second: Template) -> bool:
    """Return True in doubt: it is not decided whether two constraints exclude each other."""
    for one, other in itertools.zip_longest(first.segments, second.segments):
        if _is_open(one) and _is_open(other):
            return True
        if one is None or other is None:
            return _is_open(one or other)
        if _is_catch_all(one) or _is_catch_all(other):
            return True
        if not _may_fit_one_segment(one, other):
            return False
    return True


def _is_catch_all(segment: Segment) -> bool:
    return segment.parameter is not None and segment.parameter.is_catch_all


def _is_open(segment: Segment | None) -> bool:
    """Whether a path may end before this segment."""
    parameter = segment.parameter if segment else None
    return parameter is not None and (parameter.is_optional or parameter.is_catch_all)


def _may_fit_one_segment(one: Segment, other: Segment) -> bool:
    for literal, counterpart in ((one, other), (other, one)):
        text = literal.parts[0]
        if literal.precedence == 1 and isinstance(text, str):
            return counterpart.match(text) is not None
    return True
