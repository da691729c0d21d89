"""The data of the tables, with IDs in the form that events use."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shared import base64url
from shared.accounts.handles import LOCATOR_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    handle: str
    name: str
    roles: str
    groups: str
    """The state of its groups, as events have it."""
    suspended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    handle: str
    hash: str
    name: str
    roles: str
    suspended: bool
    account_suspended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    id: str
    handle: str
    credential: str
    rotations: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    id: str
    handle: str
    used: bool
    registered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    id: str
    handle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """An event in the partition of its change, or the tombstone of an attempt that was given up."""

    table: str
    partition: str
    event_id: str
    leaf: Mapping[str, Any] | None
    """None for a tombstone."""
    personal: Mapping[str, str] = field(default_factory=dict)
    authentic: bool = True
    new: bool = False
    """Whether the row was written after the reading began."""

    @property
    def place(self) -> str:
        return f"{self.table}/{self.partition}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingEvent:
    """A row of the outbox."""

    event_id: str
    authentic: bool
    minutes: int
    """The time that it has waited."""


@dataclass(slots=True, kw_only=True)
class Stored:
    accounts: dict[str, Account] = field(default_factory=dict)
    credentials: dict[tuple[str, str], Credential] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    passes: dict[str, Pass] = field(default_factory=dict)
    """The passes by their accounts."""
    links: dict[str, Link] = field(default_factory=dict)
    clients: dict[str, str] = field(default_factory=dict)
    """The states of clients, by their IDs."""
    profiles: dict[str, str] = field(default_factory=dict)
    """The states of access profiles, by their names."""
    beside: list[Beside] = field(default_factory=list)
    waiting: dict[str, WaitingEvent] = field(default_factory=dict)
    marks: set[tuple[str, str]] = field(default_factory=set)
    """The tombstones that exist: event ID and partition."""
    known: dict[str, Mapping[str, str]] = field(default_factory=dict)
    """The snapshots of settings and keys."""
    misfiled: list[int] = field(default_factory=list)
    """Entries whose search columns differ from their leaves."""
    unreadable: list[str] = field(default_factory=list)
    """The places of rows that cannot be read."""


def person(handle: str) -> str:
    """The part of a partition's name that an account and its sessions share. It is made from a
    handle or its locator."""
    return base64url.encode(base64url.decode(handle)[:LOCATOR_BYTES])
