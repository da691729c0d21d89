"""The lines of an exported file, and the content of a leaf. Nothing read here is trusted yet."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.audit.event import Kind, Outcome
from shared.audit.instants import read_instant
from shared.audit.log_entry import FILE_VERSION, LogEntry, read_entry, read_frontier
from shared.audit.merkle import HASH_BYTES, Frontier
from shared.audit.statement import write_json

MAX_INDEX = 2**62
_EPOCH = datetime.fromtimestamp(0, UTC)
_MICROSECOND = timedelta(microseconds=1)
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


class Malformed(ValueError):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The first line, which says where the file begins."""

    origin: str
    frontier: Frontier


@dataclass(frozen=True, slots=True)
class Note:
    """A checkpoint. Its signatures are not checked yet."""

    text: str


type Line = Head | LogEntry | Note


def read_line(line: bytes) -> Line:
    """Raise Malformed for any other line."""
    try:
        return _read_line(json.loads(line))
    except _UNREADABLE as error:
        raise Malformed from error


def _read_line(members: Mapping[str, Any]) -> Line:
    ((name, value),) = members.items()
    match name, value:
        case "entry", dict():
            return _read_entry(value)
        case "checkpoint", str():
            return Note(value)
        case "log", {"version": version, "origin": str() as origin} if version == FILE_VERSION:
            return Head(origin=origin, frontier=_read_frontier(value))
    raise ValueError("not a line of an exported log")


def _read_entry(members: Mapping[str, Any]) -> LogEntry:
    entry = read_entry(members)
    if entry.index >= MAX_INDEX:
        raise ValueError("index too large")
    return entry


def _read_frontier(log: Mapping[str, Any]) -> Frontier:
    first = log["first"]
    if not isinstance(first, int) or not 0 <= first < MAX_INDEX:
        raise ValueError("first is not a whole number")
    frontier = read_frontier(log)
    if any(len(each) != HASH_BYTES for each in frontier.hashes):
        raise ValueError("frontier is not of hashes")
    return frontier


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedEvent:
    """An entry with the content of its leaf."""

    entry: LogEntry
    leaf: Mapping[str, Any]
    at: int
    """In microseconds since 1970."""

    @property
    def index(self) -> int:
        return self.entry.index

    @property
    def id(self) -> str:
        """The event's ID. IDs sort by time, even where the log has two events in the other
        order."""
        return str(self.leaf["id"])

    def is_success(self, kind: Kind) -> bool:
        return (self.leaf["kind"], self.leaf["outcome"]) == (kind, Outcome.SUCCESS)

    def members(self, name: str) -> Mapping[str, Any]:
        """The members of a nested object; none if this member is not an object."""
        value = self.leaf.get(name)
        return value if isinstance(value, dict) else {}

    @property
    def credential(self) -> Mapping[str, Any]:
        return self.members("credential")

    @property
    def account(self) -> object:
        return self.members("target").get("id")


def read_event(entry: LogEntry) -> LoggedEvent:
    """Raise Malformed for a leaf that is not in the one spelling that is written here."""
    try:
        leaf = entry.statement.read()
        if write_json(leaf) != entry.statement.leaf:
            raise ValueError("not in canonical form")
        if not all(isinstance(leaf[name], str) for name in ("id", "kind", "outcome")):
            raise ValueError("not an event")
        return LoggedEvent(entry=entry, leaf=leaf, at=to_microseconds(read_instant(leaf["at"])))
    except _UNREADABLE as error:
        raise Malformed from error


def to_microseconds(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND


def to_instant(microseconds: int) -> datetime:
    return _EPOCH + microseconds * _MICROSECOND
