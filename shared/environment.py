"""Reads one setting after another, and names the one that is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import NoReturn
from urllib.parse import SplitResult, urlsplit


class InvalidSetting(ValueError):
    """Its text is `NAME: what is wrong`, with no secret in it."""

    @property
    def setting(self) -> str:
        """The name alone, of a setting or of a part of one."""
        return str(self).partition(":")[0]


@dataclass(frozen=True, slots=True)
class Values:
    environment: Mapping[str, str]

    def optional(self, name: str) -> str | None:
        return self.environment.get(name, "").strip() or None

    def required(self, name: str) -> str:
        value = self.optional(name)
        if value is None:
            self.refuse(name, "is required")
        return value

    def items(self, name: str) -> tuple[str, ...]:
        items = (item.strip() for item in (self.optional(name) or "").split(","))
        return tuple(dict.fromkeys(filter(None, items)))

    def choice[T: StrEnum](self, name: str, choices: type[T], default: T) -> T:
        value = self.optional(name)
        if value is None:
            return default
        if value not in list(choices):
            self.refuse(name, f"{value!r} is not one of {', '.join(choices)}")
        return choices(value)

    def integer(self, name: str, default: int, least: int, most: int) -> int:
        value = self.optional(name) or str(default)
        if not value.isdecimal() or not least <= int(value) <= most:
            self.refuse(name, f"{value!r} is not a whole number from {least} to {most}")
        return int(value)

    def minutes(self, name: str, default: int, least: int, most: int) -> timedelta:
        return timedelta(minutes=self.integer(name, default, least, most))

    def seconds(self, name: str, default: int, least: int, most: int) -> timedelta:
        return timedelta(seconds=self.integer(name, default, least, most))

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.optional(name) or str(default).lower()
        if value not in ("true", "false"):
            self.refuse(name, f"{value!r} is not true or false")
        return value == "true"

    def address(self, name: str, address: str) -> SplitResult:
        try:
            parts = urlsplit(address)
            _ = parts.port  # parsed, and refused, only when it is asked for
        except ValueError:
            self.refuse(name, f"{address!r} is not an address")
        return parts

    def refuse(self, name: str, problem: str) -> NoReturn:
        raise InvalidSetting(f"{name}: {problem}")
