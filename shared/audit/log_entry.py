"""Entries of the log, and the JSON Lines file in which they are exported.

    {"log": {"version": 1, "origin": "touchstone.example", "first": 0, "frontier": []}}
    {"entry": {"index": 0, "leaf": "{…}", "personal": {"salt": "…", "content": "{…}"}, …}}
    {"checkpoint": "touchstone.example\n1\n…"}

The first line says where the file begins. If that is not the beginning of the log, it has the
frontier of the entries before. Leaves and parts are the exact texts that were hashed. A checkpoint
may be anywhere after the last entry that it covers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared import base64url
from shared.audit.merkle import Frontier
from shared.audit.statement import Part, Statement

FILE_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    index: int
    """The leaf's index in the tree."""
    statement: Statement

    def describe(self) -> dict[str, Any]:
        statement = self.statement
        parts = {"personal": statement.personal, "evidence": statement.evidence}
        described = {name: _describe(part) for name, part in parts.items() if part}
        return {"index": self.index, "leaf": statement.leaf.decode()} | described


def read_entry(members: Mapping[str, Any]) -> LogEntry:
    """Reverse `describe`. Raise ValueError, KeyError or TypeError for anything else."""
    index = members["index"]
    if not isinstance(index, int) or isinstance(index, bool) or index < 0:
        raise ValueError("index is not a whole number")
    statement = Statement(
        leaf=members["leaf"].encode(),
        personal=_read_part(members.get("personal")),
        evidence=_read_part(members.get("evidence")),
    )
    return LogEntry(index=index, statement=statement)


def log_line(origin: str, *, first: int = 0, frontier: Sequence[bytes] = ()) -> dict[str, Any]:
    hashes = [base64url.encode(each) for each in frontier]
    head = {"version": FILE_VERSION, "origin": origin, "first": first, "frontier": hashes}
    return {"log": head}


def read_frontier(log: Mapping[str, Any]) -> Frontier:
    """Raise ValueError, KeyError or TypeError if this is not such a first line."""
    return Frontier(log["first"], [base64url.decode(each) for each in log["frontier"]])


def _describe(part: Part) -> dict[str, str]:
    return {"salt": base64url.encode(part.salt), "content": part.content.decode()}


def _read_part(members: Mapping[str, Any] | None) -> Part | None:
    if members is None:
        return None
    return Part(salt=base64url.decode(members["salt"]), content=members["content"].encode())
