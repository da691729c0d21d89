"""How long an answer may be used, by the rules of HTTP (RFC 9111) within our own bounds. Pure."""

from collections.abc import Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime

SHORTEST = timedelta(minutes=5)
"""A document that may not be kept at all would be fetched several times for one sign-in."""
LONGEST = timedelta(days=1)
"""What its owner took back, such as a stolen key, is used no longer than this."""
_NOT_KEPT = frozenset({"no-store", "no-cache", "private"})


def lifetime(headers: Mapping[str, str]) -> timedelta:
    """From now on. `headers` has the names in any case."""
    return min(max(_stated(headers), SHORTEST), LONGEST)


def _stated(headers: Mapping[str, str]) -> timedelta:
    directives = _directives(headers.get("Cache-Control", ""))
    if not _NOT_KEPT.isdisjoint(directives):
        return timedelta()
    for name in ("s-maxage", "max-age"):  # a cache for many people prefers the first
        if name in directives:
            return _seconds(directives[name]) - _seconds(headers.get("Age", ""))
    return _until_expiry(headers)


def _directives(text: str) -> dict[str, str]:
    parts = (part.partition("=") for part in text.lower().split(","))
    return {name.strip(): value.strip().strip('"') for name, _, value in parts}


def _seconds(text: str) -> timedelta:
    """A value that is not a number counts as 0, so that the answer is fetched again soon."""
    text = text.strip()
    digits = text if text.isascii() and text.isdecimal() else "0"
    return timedelta(seconds=int(digits[:9]))


def _until_expiry(headers: Mapping[str, str]) -> timedelta:
    try:
        return parsedate_to_datetime(headers["Expires"]) - parsedate_to_datetime(headers["Date"])
    except (LookupError, ValueError, TypeError):  # absent, not a date, or one without a zone
        return timedelta()
