"""The routes of all functions, with HEAD, and the methods of each path.

A blueprint is made by `Routes()`. Each route with GET answers HEAD too (RFC 9110 section 9.3.2),
and `unmatched` finds here the methods of a path. So a new endpoint needs no code for either.

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
"""The methods of each route template, of all blueprints."""
_ROOT = "{ignored:maxlength(0)?}"


class Routes(func.Blueprint):
    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def route(  # type: ignore[override]  # less than the library takes
        self, route: str, *, methods: Sequence[str], auth_level: func.AuthLevel
    ) -> Callable[..., Any]:
        """As in a Blueprint, and with HEAD for GET."""
        answered = [*methods, "HEAD"] if "GET" in methods else [*methods]
        _METHODS.setdefault(route, set()).update(answered)
        return super().route(route, methods=answered, auth_level=auth_level)

    def any_method(self, route: str) -> Callable[..., Any]:
        """For a request of another's, which has the method of what it is about."""
        return super().route(route, auth_level=func.AuthLevel.ANONYMOUS)

    def catch_all(self) -> Callable[..., Any]:
        """A route for every path and method that no other function answers.

        Azure tries functions in the order of their names, so this one's name has to be the last.
        The host's own paths below /admin and /runtime come before every function.
        """
        return super().route("{*path}", auth_level=func.AuthLevel.ANONYMOUS)


def methods_of(path: str) -> set[str]:
    """The methods of a path without a leading slash; empty if the path is unknown."""
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
    """Segments are only texts or parameters here. The root has its own template."""
    if template == _ROOT:
        return ""
    return re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template))
