"""Reads settings from the environment, and names the setting that is wrong."""

from datetime import timedelta
from typing import NoReturn, TypeGuard

from shared.members import Members


class InvalidSetting(ValueError):
    """The text is `NAME: what is wrong`, without any secret."""

    @property
    def setting(self) -> str:
        """The name of the setting, or of a part of it."""
        return str(self).partition(":")[0]


class Values(Members):
    """Each is a text, and an empty one is as good as none."""

    __slots__ = ()

    def refuse(self, name: str, problem: str) -> NoReturn:
        raise InvalidSetting(f"{self.path}{name}: {problem}")

    def refuse_value(self, name: str, value: object, problem: str) -> NoReturn:
        """Repeat the value: the operator who reads the error wrote it."""
        self.refuse(name, f"{value!r} {problem}")

    def find(self, name: str) -> str | None:
        return self.members.get(name, "").strip() or None

    def is_text(self, value: object, limit: int) -> TypeGuard[str]:  # noqa: ARG002
        """A value may have any length, as the operator wrote it."""
        return isinstance(value, str)

    def as_integer(self, value: object) -> int | None:
        return int(value) if isinstance(value, str) and value.isdecimal() else None

    def as_flag(self, value: object) -> bool | None:
        return {"true": True, "false": False}.get(str(value))

    def items(self, name: str) -> tuple[str, ...]:
        items = (item.strip() for item in (self.optional_text(name) or "").split(","))
        return tuple(dict.fromkeys(filter(None, items)))

    def minutes(self, name: str, default: int, least: int, most: int) -> timedelta:
        return timedelta(minutes=self.integer(name, default, least, most))

    def seconds(self, name: str, default: int, least: int, most: int) -> timedelta:
        return timedelta(seconds=self.integer(name, default, least, most))
