"""Answers of Azure Resource Manager: what all of them have.

They are another service's, so each member that is used is checked. Codes and statuses are compared
without case, as the SDK does.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

LONGEST_MESSAGE = 500
_LONGEST_TOKEN = 4096
_code = re.compile(r"[A-Za-z0-9_.-]{1,100}").fullmatch
_skip_token = re.compile(r"[?&](?:\$|%24)skiptoken=([^&#]+)", re.IGNORECASE).search
_token = re.compile("[A-Za-z0-9+/=_.~-]+").fullmatch
_QUOTED = {"%2b": "+", "%2f": "/", "%3d": "="}


class AnswerUnreadable(ValueError):
    pass


@dataclass(frozen=True, slots=True)
class Failure:
    code: str
    message: str | None = None
    """Written by Azure, for people."""


@dataclass(frozen=True, slots=True)
class Page[T]:
    entries: Sequence[T]
    after: str | None
    """For the next page."""


def read_failure(body: Mapping[str, Any], *, default: str) -> Failure:
    """Resource Manager has its errors under `error`, and some of its services have not."""
    error = as_object(body.get("error")) or body
    return failure_of(error.get("code"), error.get("message"), default=default)


def failure_of(code: object, message: object, *, default: str) -> Failure:
    written = str(code) if isinstance(code, int) and not isinstance(code, bool) else code
    return Failure(matching(_code, written) or default, optional_text(message, LONGEST_MESSAGE))


def read_page[T](body: Mapping[str, Any], read: Callable[[Mapping[str, Any]], T]) -> Page[T]:
    """Leave out what cannot be read. Raise AnswerUnreadable if it is no list at all."""
    value = body.get("value")
    if not isinstance(value, list):
        raise AnswerUnreadable("a list without its entries")
    entries: list[T] = []
    for each in value:
        with suppress(ValueError):
            entries.append(read(as_object(each)))
    return Page(entries, _after(body.get("nextLink")))


def _after(link: object) -> str | None:
    """Only the token of the next page's address is used, and never the address."""
    found = _skip_token(link) if isinstance(link, str) else None
    if found is None:
        return None
    token = re.sub(
        "%2[bf]|%3d", lambda each: _QUOTED[each[0].lower()], found[1], flags=re.IGNORECASE
    )
    return token if len(token) <= _LONGEST_TOKEN and _token(token) else None


def is_page_token(text: str) -> bool:
    return len(text) <= _LONGEST_TOKEN and _token(text) is not None


def as_object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def text(value: object) -> str:
    return value if isinstance(value, str) else ""


def optional_text(value: object, most: int = 200) -> str | None:
    return value[:most] if isinstance(value, str) and value else None


def matching(is_such: Callable[[str], object], value: object) -> str | None:
    return value if isinstance(value, str) and is_such(value) else None
