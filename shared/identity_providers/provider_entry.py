"""Reads one JSON object of a setting, and names the member that is wrong."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, NoReturn
from urllib.parse import urlsplit


class InvalidProvider(ValueError):
    """Its text is `IDENTITY_PROVIDERS[1].issuer: what is wrong`."""


def parse_list(name: str, text: str) -> list["ProviderEntry"]:
    try:
        values = json.loads(text, object_pairs_hook=_object_without_duplicates)
    except (ValueError, RecursionError) as error:
        raise InvalidProvider(f"{name}: is not JSON, or has a member twice") from error
    if not isinstance(values, list):
        raise InvalidProvider(f"{name}: must be a list")
    return [_entry(f"{name}[{index}]", value) for index, value in enumerate(values)]


def _object_without_duplicates(members: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(members)
    if len(value) != len(members):
        raise ValueError("duplicate member")
    return value


def _entry(path: str, value: object) -> "ProviderEntry":
    if not isinstance(value, dict):
        raise InvalidProvider(f"{path}: must be an object")
    return ProviderEntry(path, value)


@dataclass(frozen=True, slots=True)
class ProviderEntry:
    path: str
    members: Mapping[str, Any]

    def only(self, *names: str) -> None:
        for name in self.members:
            if name not in names:
                self.refuse(name, f"is not known; known are {', '.join(names)}")

    def inner(self, name: str) -> "ProviderEntry | None":
        value = self.members.get(name)
        return None if value is None else _entry(f"{self.path}.{name}", value)

    def text(self, name: str) -> str:
        value = self.optional_text(name)
        if value is None:
            self.refuse(name, "is required")
        return value

    def optional_text(self, name: str) -> str | None:
        value = self.members.get(name)
        if value is not None and not _is_text(value):
            self.refuse(name, "must be a string of 1 to 512 printable characters")
        return value

    def texts(self, name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list that is given must hold something."""
        value = self.members.get(name)
        if value is None:
            return default
        if not isinstance(value, list) or not 0 < len(value) <= 100:
            self.refuse(name, "must be a list of 1 to 100 strings")
        if not all(map(_is_text, value)) or len(set(value)) != len(value):
            self.refuse(name, "must hold different strings of 1 to 512 printable characters")
        return tuple(value)

    def choice[T: StrEnum](self, name: str, choices: type[T], default: T) -> T:
        value = self.optional_text(name)
        if value is None:
            return default
        if value not in list(choices):
            self.refuse(name, f"{value!r} is not one of {', '.join(choices)}")
        return choices(value)

    def seconds(self, name: str, least: int, most: int) -> timedelta | None:
        value = self.members.get(name)
        if value is None:
            return None
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole or not least <= value <= most:
            self.refuse(name, f"must be a whole number from {least} to {most}")
        return timedelta(seconds=value)

    def address(self, name: str, default: str | None = None) -> str:
        """An https address without credentials, query or fragment."""
        value = self.text(name) if default is None else self.optional_text(name) or default
        try:
            parts = urlsplit(value)
            _ = parts.port  # parsed, and refused, only when it is asked for
        except ValueError:
            self.refuse(name, f"{value!r} is not an address")
        if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc:
            self.refuse(name, f"{value!r} must begin with https:// and a host name")
        if "?" in value or "#" in value:
            self.refuse(name, f"{value!r} must have neither a query nor a fragment")
        return value

    def each(self, name: str, values: tuple[str, ...], rule: Callable[[str], object]) -> None:
        """Refuse the first value that the rule does not hold for, by its place in the list."""
        for index, value in enumerate(values):
            if not rule(value):
                self.refuse(f"{name}[{index}]", f"{value!r} is not allowed here")

    def refuse(self, name: str, problem: str) -> NoReturn:
        raise InvalidProvider(f"{self.path}.{name}: {problem}")


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 512 and value.isprintable()
