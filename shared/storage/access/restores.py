"""Restores, in the partition of their approvals, so that the use of an approval and the intent to
restore are one transaction.

A restore that is under way is `restore:<ID of its approval>`, and one that has ended
`restored:<ID>`, so the timer reads only the former. Nothing but the sealed column is believed; the
others are for queries and for people.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from shared.audit.event_id import id_before
from shared.audit.statement import Statement
from shared.storage.access.approvals import KEPT, PARTITION, TABLE
from shared.storage.audit.statements import NoEvent, Partition, transact_with_event
from shared.storage.tables.expired import SWEEP, remove_rows
from shared.storage.tables.rows import Row, RowUnreadable
from shared.storage.tables.table import Entity, Operation, Table, version

_OPEN, _AFTER_OPEN = "restore:", "restore;"
_ENDED = "restored:"
_COLUMNS = ("PartitionKey", "RowKey", "Restore")
_RANGE = "PartitionKey eq @partition and RowKey gt @after and RowKey lt @end"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRestore:
    """What a row says."""

    approval: str
    sealed: str
    status: str
    due_at: datetime
    is_ended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRestore:
    approval: str
    sealed: str
    is_ended: bool
    etag: str


@dataclass(frozen=True, slots=True)
class DueRestores:
    restores: Sequence[StoredRestore]
    go_on_after: str | None
    """Where the next ones begin, if there may be more."""


class RestoreStore:
    partition = Partition(TABLE, PARTITION)

    def __init__(self, table: Table) -> None:
        self._table = table

    def creation(self, kept: KeptRestore) -> Operation:
        """For the transaction that uses the approval."""
        return Operation("create", _row(kept))

    async def find(self, approval: str) -> StoredRestore | None:
        """It may end between the two reads, and never goes back."""
        for prefix in (_OPEN, _ENDED):
            row = await self._table.get(PARTITION, prefix + approval, select=_COLUMNS)
            if row is not None:
                return _read(row)
        return None

    async def due(self, now: datetime, *, after: str, limit: int) -> DueRestores:
        """Those that are under way and due, in the order of their approvals' IDs. Rows that cannot
        be read are left out: others wrote them, and no restore must wait for them."""
        given: Mapping[str, str | datetime]
        given = {"partition": PARTITION, "after": _OPEN + after, "end": _AFTER_OPEN, "now": now}
        rows = await self._table.query(
            f"{_RANGE} and DueAt le @now", given, select=_COLUMNS, limit=limit
        )
        found = [each for row in rows if (each := _find_readable(row)) is not None]
        last = rows[-1]["RowKey"].removeprefix(_OPEN) if len(rows) == limit else None
        return DueRestores(found, last)

    async def change(
        self, stored: StoredRestore, kept: KeptRestore, *, event: Statement | NoEvent
    ) -> bool:
        """Return False if it changed since it was read. One that has ended changes no more."""
        row = _row(kept)
        operations: Sequence[Operation] = [Operation("update", row, stored.etag)]
        if kept.is_ended:
            removed = {"PartitionKey": PARTITION, "RowKey": _OPEN + kept.approval}
            operations = [Operation("delete", removed, stored.etag), Operation("create", row)]
        if await transact_with_event(
            self._table, operations, partition=self.partition, event=event
        ):
            return True
        # The answer to our own change may have been lost. No two seals are the same.
        found = await self.find(kept.approval)
        return found is not None and found.sealed == kept.sealed

    async def sweep(self, *, now: int, limit: int = SWEEP) -> int:
        """Remove at most `limit` that ended and whose approvals are as old as those that go."""
        old = id_before(datetime.fromtimestamp(now, UTC) - KEPT)
        rows = await self._table.query(
            _RANGE,
            {"partition": PARTITION, "after": _ENDED, "end": _ENDED + old},
            select=["PartitionKey", "RowKey"],
            limit=limit,
        )
        return await remove_rows(self._table, rows)


def _row(kept: KeptRestore) -> Entity:
    return {
        "PartitionKey": PARTITION,
        "RowKey": (_ENDED if kept.is_ended else _OPEN) + kept.approval,
        "Restore": kept.sealed,
        "Status": kept.status,
        "DueAt": kept.due_at,
    }


def _read(row: Row) -> StoredRestore:
    prefix, _, approval = row["RowKey"].partition(":")
    return StoredRestore(
        approval=approval,
        sealed=row["Restore"],
        is_ended=f"{prefix}:" == _ENDED,
        etag=version(row),
    )


def _find_readable(row: Row) -> StoredRestore | None:
    try:
        return _read(row)
    except RowUnreadable:
        return None
