"""Reads claims by their type, so that later code never meets a value of another type."""

from datetime import UTC, datetime
from typing import NoReturn

from shared.members import Members

_LATEST = datetime(9999, 12, 31, tzinfo=UTC).timestamp()


class Untrusted(ValueError):
    """Why a token is refused, for the log. The text names claims, never their values."""


class Claims(Members):
    __slots__ = ()

    def refuse(self, name: str, problem: str) -> NoReturn:
        raise Untrusted(f"{self.path}{name} {problem}")

    def __contains__(self, name: str) -> bool:
        return name in self.members

    def time(self, name: str) -> float:
        value = self.optional_time(name)
        if value is None:
            self.refuse(name, "is required")
        return value

    def optional_time(self, name: str) -> float | None:
        """Seconds since 1970. RFC 7519 allows fractions."""
        value = self.find(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.refuse(name, "is not a time")
        if not 0 <= value < _LATEST:
            self.refuse(name, "is not a time")
        return value

    def values(self, name: str) -> frozenset[str]:
        """The values of a list of strings, or of one string: OAuth writes scopes with spaces
        between."""
        value = self.members.get(name, [])
        if isinstance(value, str):
            value = value.split() if name in ("scp", "scope") else [value]
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.refuse(name, "is neither a string nor a list of strings")
        return frozenset(value)
