"""A value that only a deployment knows; it has its own path for a text."""

from typing import Self


class Runtime(str):
    __slots__ = ()

    def member(self, name: str) -> Self:
        return type(self)(f"{self}.{name}")
