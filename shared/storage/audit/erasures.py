"""Requests to take what is personal from somebody's events: a row each, until the request is
carried out or withdrawn.

Each row has a tag over all of it, made with a key that is not in the tables: a row that somebody
else wrote or changed is none. A row of ours that is put back later has its tag still.

The row has the key of the person's account, so there is one request for a person at a time. The
name stands in it for whoever has to confirm the request, and goes with the row.
"""

import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from shared import base64url
from shared.accounts.handles import AccountLocator
from shared.audit.event import Actor, ActorType
from shared.audit.instants import write_instant
from shared.audit.statement import Statement, StatementKey, write_json
from shared.audit.statement_tags import Purpose, is_authentic, tag_of
from shared.storage.audit.audit_log import TREE
from shared.storage.audit.statements import NO_EVENTS, Partition, transact_with_event
from shared.storage.audit.tagged import timestamp
from shared.storage.tables.row_keys import partition_key
from shared.storage.tables.rows import Row
from shared.storage.tables.table import Entity, Operation, version
from shared.storage.tables.values import read_instant
from shared.storage.tables.versioned import VersionedTable

logger = logging.getLogger("touchstone.audit")

PARTITION = "erasures"
_MOST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Administrator:
    """Who asked for an erasure, or confirmed it."""

    someone: Actor
    known_as: frozenset[str]
    """Digests of all names of that person."""
    by_new_key: bool = False
    """Then nobody is a second one, as somebody else may have made that key."""


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
    key_id: str = field(default="", compare=False)
    """Of the key that tagged the row."""
    etag: str = ""
    written: datetime = field(default=datetime.min.replace(tzinfo=UTC), compare=False)
    """When the row came to stand as it is, by the clock of storage, whoever put it there."""

    @property
    def begun(self) -> bool:
        return self.size is not None


class ErasureStore:
    partition = Partition(TREE, PARTITION)

    def __init__(
        self,
        table: VersionedTable,
        *,
        key: Callable[[], Awaitable[StatementKey]],
        keys: Callable[[], Awaitable[Sequence[StatementKey]]],
    ) -> None:
        """`key` makes tags, and those of all `keys` count."""
        self._table = table
        self._key = key
        self._keys = keys

    async def all(self) -> list[Erasure]:
        """By person."""
        rows = await self._table.query(
            f"PartitionKey eq @partition and {NO_EVENTS}", {"partition": PARTITION}, limit=_MOST
        )
        keys = await self._keys() if rows else ()
        return [erasure for row in rows if (erasure := _read_ours(row, keys))]

    async def find(self, erasure_id: str) -> Erasure | None:
        return next((each for each in await self.all() if each.id == erasure_id), None)

    async def add(self, erasure: Erasure, *, event: Statement) -> bool:
        """Return False if there is a request for that person. A row that is none of ours gives
        way."""
        keys = _row_keys(erasure)
        found = await self._table.get(keys["PartitionKey"], keys["RowKey"])
        if found is not None:
            if _read_ours(found, await self._keys()):
                return False
            # First, as merging would leave columns of it.
            await self._table.transact([Operation("delete", keys, version(found))])
        return await self._transact(Operation("create", await self._row(erasure)), event)

    async def change(self, erasure: Erasure, *, event: Statement) -> bool:
        """Return False if it changed since it was read, or is gone; as `remove` does."""
        return await self._transact(
            Operation("update", await self._row(erasure), erasure.etag), event
        )

    async def remove(self, erasure: Erasure, *, event: Statement) -> bool:
        return await self._transact(Operation("delete", _row_keys(erasure), erasure.etag), event)

    async def note(self, erasure: Erasure) -> Erasure | None:
        """How far it is. Return None if it changed since it was read, or is gone."""
        etags = await self._table.write([(await self._row(erasure), erasure.etag)])
        return None if etags is None else replace(erasure, etag=etags[0])

    async def _row(self, erasure: Erasure) -> Entity:
        row, key = _row(erasure), await self._key()
        return row | {"Tag": tag_of(_tagged(row), key, Purpose.ERASURE, row["RowKey"])}

    async def _transact(self, operation: Operation, event: Statement) -> bool:
        return await transact_with_event(
            self._table, [operation], partition=self.partition, event=event
        )


def _row_keys(erasure: Erasure) -> dict[str, Any]:
    return {"PartitionKey": PARTITION, "RowKey": partition_key(erasure.person)}


def _tagged(row: Mapping[str, Any]) -> Statement:
    """All of a row that is to be tagged, times as texts."""
    return Statement(
        leaf=write_json(
            {
                name: write_instant(value) if isinstance(value, datetime) else value
                for name, value in row.items()
            }
        )
    )


def _row(erasure: Erasure) -> dict[str, Any]:
    begun = {} if erasure.size is None else {"Size": str(erasure.size)}
    return {
        **_row_keys(erasure),
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


def _read_ours(row: Row, keys: Sequence[StatementKey]) -> Erasure | None:
    """A row that somebody else put there holds up no other."""
    try:
        erasure, tag = _read(row), str(row["Tag"])
        if is_authentic(tag, _tagged(_row(erasure)), keys, Purpose.ERASURE, row["RowKey"]):
            return erasure
        raise ValueError("a request for an erasure that the service did not write")
    except (KeyError, ValueError, TypeError, AttributeError):
        logger.error("the audit log contradicts itself: a request for an erasure cannot be read")
        return None


def _read(row: Row) -> Erasure:
    requested_by = _read_administrator(row["RequestedBy"])
    if requested_by is None:
        raise ValueError("a request for an erasure that was not made")
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
        key_id=str(row["Tag"]).partition(".")[0],
        etag=version(row),
        written=timestamp(row),
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
            "byNewKey": administrator.by_new_key,
        }
    )


def _read_administrator(text: str) -> Administrator | None:
    if not text:
        return None
    said = json.loads(text)
    someone = Actor(standing=ActorType(said["type"]), id=said["id"], name=said["name"])
    return Administrator(
        someone=someone,
        known_as=_read_names(said["knownAs"]),
        by_new_key=bool(said["byNewKey"]),
    )


def _write_names(names: frozenset[str]) -> str:
    return ",".join(sorted(names))


def _read_names(text: str) -> frozenset[str]:
    return frozenset(text.split(","))
