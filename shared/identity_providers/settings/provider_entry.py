"""Reads one JSON object of a setting, and names the member that is wrong."""

from collections.abc import Callable
from typing import ClassVar, NoReturn, TypeGuard

from shared.json_shape import parse_json
from shared.members import Members

_MOST_TEXTS, _LONGEST_TEXT = 100, 512


class InvalidProvider(ValueError):
    """The text is `IDENTITY_PROVIDERS[1].issuer: what is wrong`."""


def parse_list(name: str, text: str) -> list["ProviderEntry"]:
    try:
        values = parse_json(text)
    except ValueError as error:
        raise InvalidProvider(f"{name}: is not JSON, or has a member twice") from error
    if not isinstance(values, list):
        raise InvalidProvider(f"{name}: must be a list")
    return [_entry(f"{name}[{index}]", value) for index, value in enumerate(values)]


def _entry(path: str, value: object) -> "ProviderEntry":
    if not isinstance(value, dict):
        raise InvalidProvider(f"{path}: must be an object")
    return ProviderEntry(value, f"{path}.")


class ProviderEntry(Members):
    __slots__ = ()
    characters: ClassVar[str] = "printable characters"

    def refuse(self, name: str, problem: str) -> NoReturn:
        raise InvalidProvider(f"{self.path}{name}: {problem}")

    def refuse_value(self, name: str, value: object, problem: str) -> NoReturn:
        """The error repeats the value, as the operator who reads the error wrote it."""
        self.refuse(name, f"{value!r} {problem}")

    def is_text(self, value: object, limit: int) -> TypeGuard[str]:
        return isinstance(value, str) and 0 < len(value) <= limit and value.isprintable()

    def texts(self, name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list that is given must not be empty."""
        if self.find(name) is None:
            return default
        values = self.optional_texts(name, limit=_MOST_TEXTS, each=_LONGEST_TEXT)
        if not values or len(set(values)) != len(values):
            self.refuse(name, "must hold at least one string, and none twice")
        return values

    def address(self, name: str, default: str | None = None) -> str:
        """An https address without credentials, query or fragment."""
        value = self.text(name) if default is None else self.optional_text(name) or default
        parts = self.split_address(name, value)
        if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc:
            self.refuse(name, f"{value!r} must begin with https:// and a host name")
        if "?" in value or "#" in value:
            self.refuse(name, f"{value!r} must have neither a query nor a fragment")
        return value

    def each(self, name: str, values: tuple[str, ...], rule: Callable[[str], object]) -> None:
        """Refuse the first value that does not satisfy the rule, by its index in the list."""
        for index, value in enumerate(values):
            if not rule(value):
                self.refuse(f"{name}[{index}]", f"{value!r} is not allowed here")
