"""Reads claims by their type, so that nothing downstream meets a value of another one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

_LONGEST = 512
_LATEST = datetime(9999, 12, 31, tzinfo=UTC).timestamp()


class Untrusted(ValueError):
    """Why a token is refused. For the log: it names claims, never their values."""


@dataclass(frozen=True, slots=True)
class Claims:
    members: Mapping[str, Any]

    def __contains__(self, name: str) -> bool:
        return name in self.members

    def text(self, name: str) -> str:
        value = self.optional_text(name)
        if value is None:
            raise Untrusted(f"{name} is missing")
        return value

    def optional_text(self, name: str) -> str | None:
        value = self.members.get(name)
        if value is None:
            return None
        if not isinstance(value, str) or not 0 < len(value) <= _LONGEST or not _is_unicode(value):
            raise Untrusted(f"{name} is not a string of 1 to {_LONGEST} characters")
        return value

    def time(self, name: str) -> float:
        value = self.optional_time(name)
        if value is None:
            raise Untrusted(f"{name} is missing")
        return value

    def optional_time(self, name: str) -> float | None:
        """Seconds since 1970; RFC 7519 allows fractions."""
        value = self.members.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Untrusted(f"{name} is not a time")
        if not 0 <= value < _LATEST:
            raise Untrusted(f"{name} is not a time")
        return value

    def values(self, name: str) -> frozenset[str]:
        """Of a list of strings, or of one string: OAuth writes scopes with spaces between."""
        value = self.members.get(name, [])
        if isinstance(value, str):
            value = value.split() if name in ("scp", "scope") else [value]
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise Untrusted(f"{name} is neither a string nor a list of strings")
        return frozenset(value)


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
