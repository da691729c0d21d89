"""Typed reading of the members of one object: of a body, a token, a setting, the environment.

Null means absent. Each subclass raises its own error in `refuse`, which names the wrong member.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, ClassVar, NoReturn, Self, TypeGuard
from urllib.parse import SplitResult, urlsplit

_LONGEST_TEXT = 512
_LARGEST_INTEGER = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Members(ABC):
    members: Mapping[str, Any]
    path: str = ""
    """The text before a member's name in an error."""

    characters: ClassVar[str] = "characters"
    """The characters that a text may have, as an error names them."""

    @abstractmethod
    def refuse(self, name: str, problem: str) -> NoReturn: ...

    def refuse_value(self, name: str, value: object, problem: str) -> NoReturn:
        """Refuse without repeating the value, which a stranger may have sent."""
        del value
        self.refuse(name, problem)

    def only(self, *names: str) -> None:
        """Refuse a member that has none of these names."""
        for name in self.members:
            if name not in names:
                self.refuse(name, f"is not known; known are {', '.join(names)}")

    def find(self, name: str) -> object:
        """Return None if the member is absent or null."""
        return self.members.get(name)

    def inner(self, name: str) -> Self:
        value = self.optional_inner(name)
        if value is None:
            self.refuse(name, "must be an object")
        return value

    def optional_inner(self, name: str) -> Self | None:
        value = self.find(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.refuse(name, "must be an object")
        return type(self)(value, f"{self.path}{name}.")

    def inners(self, name: str, *, limit: int) -> list[Self]:
        """A list of at most `limit` objects."""
        values = self.find(name)
        if values is None:
            return []
        if not isinstance(values, list) or len(values) > limit:
            self.refuse(name, f"must be a list of at most {limit} objects")
        return [self._numbered(name, index, value) for index, value in enumerate(values)]

    def _numbered(self, name: str, index: int, value: object) -> Self:
        if not isinstance(value, dict):
            self.refuse(f"{name}[{index}]", "must be an object")
        return type(self)(value, f"{self.path}{name}[{index}].")

    def text(self, name: str, *, limit: int = _LONGEST_TEXT) -> str:
        value = self.optional_text(name, limit=limit)
        if value is None:
            self.refuse(name, "is required")
        return value

    def optional_text(self, name: str, *, limit: int = _LONGEST_TEXT) -> str | None:
        """`limit` is in characters."""
        value = self.find(name)
        if value is None:
            return None
        if not self.is_text(value, limit):
            self.refuse(name, f"must be a string of 1 to {limit} {self.characters}")
        return value

    def optional_texts(self, name: str, *, limit: int, each: int) -> tuple[str, ...]:
        """A list of at most `limit` strings of 1 to `each` characters."""
        value = self.find(name)
        if value is None:
            return ()
        if (
            not isinstance(value, list)
            or len(value) > limit
            or not all(self.is_text(item, each) for item in value)
        ):
            self.refuse(name, f"must be a list of at most {limit} short strings")
        return tuple(value)

    def is_text(self, value: object, limit: int) -> TypeGuard[str]:
        return isinstance(value, str) and 0 < len(value) <= limit and is_unicode(value)

    def choice[T: StrEnum](self, name: str, choices: type[T], default: T) -> T:
        value = self.optional_choice(name, choices)
        return default if value is None else choices(value)

    def optional_choice(self, name: str, choices: Iterable[str]) -> str | None:
        value = self.find(name)
        if value is None:
            return None
        if not isinstance(value, str) or value not in list(choices):
            self.refuse_value(name, value, f"must be one of: {', '.join(choices)}")
        return value

    def optional_choices(self, name: str, choices: Sequence[str]) -> tuple[str, ...]:
        values = self.optional_texts(name, limit=len(choices), each=max(map(len, choices)))
        if not set(values) <= set(choices):
            self.refuse(name, f"may hold only: {', '.join(choices)}")
        return values

    def integer(self, name: str, default: int, least: int, most: int) -> int:
        value = self.optional_integer(name, least=least, most=most)
        return default if value is None else value

    def optional_integer(
        self, name: str, *, least: int, most: int = _LARGEST_INTEGER
    ) -> int | None:
        value = self.find(name)
        if value is None:
            return None
        number = self.as_integer(value)
        if number is None or not least <= number <= most:
            self.refuse_value(name, value, f"must be a whole number from {least} to {most}")
        return number

    def as_integer(self, value: object) -> int | None:
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def optional_seconds(self, name: str, least: int, most: int) -> timedelta | None:
        value = self.optional_integer(name, least=least, most=most)
        return None if value is None else timedelta(seconds=value)

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.optional_flag(name)
        return default if value is None else value

    def optional_flag(self, name: str) -> bool | None:
        value = self.find(name)
        if value is None:
            return None
        flag = self.as_flag(value)
        if flag is None:
            self.refuse_value(name, value, "must be true or false")
        return flag

    def as_flag(self, value: object) -> bool | None:
        return value if isinstance(value, bool) else None

    def split_address(self, name: str, address: str) -> SplitResult:
        try:
            parts = urlsplit(address)
            _ = parts.port  # the port is parsed, and refused, only when it is read
        except ValueError:
            self.refuse(name, f"{address!r} is not an address")
        return parts


def is_unicode(text: str) -> bool:
    """Return False for a lone surrogate, which has no UTF-8 form."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
