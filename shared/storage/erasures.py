"""Requests to take what is personal from somebody's events: a row each, until the request is
carried out or withdrawn.

The row has the key of the person's account, so there is one request for a person at a time. The
name stands in it for whoever has to confirm the request, and goes with the row.
"""

import json
import logging
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from shared import base64url
from shared.accounts.handles import AccountLocator
from shared.audit.event import Someone, Standing
from shared.audit.statement import Statement
from shared.storage.audit_log import TREE
from shared.storage.entities import partition_key, read_instant
from shared.storage.statements import NO_EVENTS, Place, transact_telling
from shared.storage.tables import Entity, Operation, version
from shared.storage.versioned import VersionedTable

logger = logging.getLogger("touchstone.audit")

PARTITION = "erasures"
_MOST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Administrator:
    """Who asked for an erasure, or confirmed it."""

    someone: Someone
    known_as: frozenset[str]
    """Digests of all names of that person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    id: str
    """That of the event which tells of the request."""
    person: AccountLocator
    username: str
    known_as: frozenset[str]
    """Digests of all names of the person whose events are meant."""
    requested_by: Administrator
    requested_at: datetime
    due_at: datetime
    """From then on it is carried out; all times are by the clock of storage."""
    confirmed_by: Administrator | None = None
    confirmation: str = ""
    """The ID of the event which tells of it."""
    size: int | None = None
    """How many entries of the log are gone through; None until it is begun."""
    next: int = 0
    """All entries before that one are done."""
    entries: int = 0
    """Of the person, from which the personal part is gone."""
    named: int = 0
    """That keep it, as the requester or the confirmer acted."""
    etag: str = ""

    @property
    def begun(self) -> bool:
        return self.size is not None


class ErasureStore:
    place = Place(TREE, PARTITION)

    def __init__(self, table: VersionedTable) -> None:
        self._table = table

    async def all(self) -> list[Erasure]:
        """By person."""
        rows = await self._table.query(
            f"PartitionKey eq @partition and {NO_EVENTS}", {"partition": PARTITION}, limit=_MOST
        )
        read = (_read_ours(row, etag=version(row)) for row in rows)
        return [erasure for erasure in read if erasure]

    async def find(self, erasure_id: str) -> Erasure | None:
        return next((each for each in await self.all() if each.id == erasure_id), None)

    async def add(self, erasure: Erasure, *, told: Statement) -> bool:
        """Return False if there is a request for that person."""
        return await self._transact(Operation("create", _row(erasure)), told)

    async def change(self, erasure: Erasure, *, told: Statement) -> bool:
        """Return False if it changed since it was read, or is gone; as `remove` does."""
        return await self._transact(Operation("update", _row(erasure), erasure.etag), told)

    async def remove(self, erasure: Erasure, *, told: Statement) -> bool:
        return await self._transact(Operation("delete", _keys(erasure), erasure.etag), told)

    async def note(self, erasure: Erasure) -> Erasure | None:
        """How far it is. Return None if it changed since it was read, or is gone."""
        etags = await self._table.write([(_row(erasure), erasure.etag)])
        return None if etags is None else replace(erasure, etag=etags[0])

    async def _transact(self, operation: Operation, told: Statement) -> bool:
        return await transact_telling(self._table, [operation], place=self.place, told=told)


def _keys(erasure: Erasure) -> dict[str, Any]:
    return {"PartitionKey": PARTITION, "RowKey": partition_key(erasure.person)}


def _row(erasure: Erasure) -> Entity:
    begun = {} if erasure.size is None else {"Size": str(erasure.size)}
    return {
        **_keys(erasure),
        "RequestId": erasure.id,
        "Username": erasure.username,
        "KnownAs": _write_names(erasure.known_as),
        "RequestedBy": _write_administrator(erasure.requested_by),
        "RequestedAt": erasure.requested_at,
        "DueAt": erasure.due_at,
        "ConfirmedBy": _write_administrator(erasure.confirmed_by),
        "Confirmation": erasure.confirmation,
        **begun,
        "Next": str(erasure.next),
        "Entries": str(erasure.entries),
        "Named": str(erasure.named),
    }


def _read_ours(row: Entity, *, etag: str) -> Erasure | None:
    """A row that somebody else put there holds up no other."""
    try:
        return _read(row, etag=etag)
    except (KeyError, ValueError, TypeError, AttributeError):
        logger.error("the audit log contradicts itself: a request for an erasure cannot be read")
        return None


def _read(row: Entity, *, etag: str) -> Erasure:
    requested_by = _read_administrator(row["RequestedBy"])
    if requested_by is None:
        raise ValueError("a request for an erasure that nobody made")
    return Erasure(
        id=row["RequestId"],
        person=AccountLocator(base64url.decode(row["RowKey"])),
        username=row["Username"],
        known_as=_read_names(row["KnownAs"]),
        requested_by=requested_by,
        requested_at=read_instant(row["RequestedAt"]),
        due_at=read_instant(row["DueAt"]),
        confirmed_by=_read_administrator(row["ConfirmedBy"]),
        confirmation=row["Confirmation"],
        size=int(row["Size"]) if row.get("Size") else None,
        next=int(row["Next"]),
        entries=int(row["Entries"]),
        named=int(row["Named"]),
        etag=etag,
    )


def _write_administrator(administrator: Administrator | None) -> str:
    if administrator is None:
        return ""
    someone = administrator.someone
    return json.dumps(
        {
            "type": someone.standing.value,
            "id": someone.id,
            "name": someone.name,
            "knownAs": _write_names(administrator.known_as),
        }
    )


def _read_administrator(text: str) -> Administrator | None:
    if not text:
        return None
    said = json.loads(text)
    someone = Someone(standing=Standing(said["type"]), id=said["id"], name=said["name"])
    return Administrator(someone=someone, known_as=_read_names(said["knownAs"]))


def _write_names(names: frozenset[str]) -> str:
    return ",".join(sorted(names))


def _read_names(text: str) -> frozenset[str]:
    return frozenset(text.split(","))
