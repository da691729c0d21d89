"""A device asks for what an access profile gives."""

from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple


class AskedProfile(NamedTuple):
    name: str
    state: str
    """A digest of what the profile said when the device asked. It counts in that state alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDatabase:
    """What the person is shown of the database that a profile is for."""

    title: str
    """Of the profile."""
    host: str
    port: int
    name: str
    role: str | None
    """None if it depends on who approves, and nobody knows yet who that is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """What the person who approved gets."""

    lifetime: timedelta
    """Of the token."""
    role: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What a device may wait for."""

    scope: tuple[str, ...]
    resources: tuple[str, ...]
    profile: AskedProfile | None = None
