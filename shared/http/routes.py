"""Where each function is found, and what else follows from its being there.

A blueprint is made by `Routes()`. Whatever answers GET answers HEAD too (RFC 9110 section 9.3.2),
and `unmatched` finds here which methods a path has. So a new endpoint has to think of neither.

The host has no answer of its own for a wrong method: the method is part of a route, and a request
that fits no route is an empty 404. Nor does it take HEAD for GET
(Azure/azure-functions-host#11625).
"""

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import azure.functions as func

_METHODS: dict[str, set[str]] = {}
"""By route template, of all blueprints."""
_ROOT = "{ignored:maxlength(0)?}"


class Routes(func.Blueprint):
    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def route(  # type: ignore[override]  # less than the library takes
        self, route: str, *, methods: Sequence[str], auth_level: func.AuthLevel
    ) -> Callable[..., Any]:
        """As in a Blueprint, but for what is said above."""
        answered = [*methods, "HEAD"] if "GET" in methods else [*methods]
        _METHODS.setdefault(route, set()).update(answered)
        return super().route(route, methods=answered, auth_level=auth_level)

    def catch_all(self) -> Callable[..., Any]:
        """For every path and method that no other function answers.

        Azure tries functions in the order of their names, so this one's has to be the last. The
        host's own paths below /admin and /runtime come before every function there.
        """
        return super().route("{*path}", auth_level=func.AuthLevel.ANONYMOUS)


def methods_of(path: str) -> set[str]:
    """What is answered at a path, which has no slash at its beginning; empty if it is unknown."""
    path = path.removesuffix("/")
    return set[str]().union(
        *(
            methods
            for template, methods in _METHODS.items()
            if re.fullmatch(_pattern(template), path, re.IGNORECASE)
        )
    )


@cache
def _pattern(template: str) -> str:
    """Segments are texts or parameters here, and the root has a template of its own."""
    if template == _ROOT:
        return ""
    return re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template))
