"""Which events are in the log: a row for each ID, so that none is sealed twice.

A row is written before its entry, and has the first number of the batch. The log shows whether the
entry exists: its number is not lower than that one, and not further away than the length of a
batch. So a row whose batch was never appended is found, and is written again under its version.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby

from shared.audit.log_entry import LogEntry
from shared.audit.statement import Statement
from shared.storage.audit.audit_log import AuditLog
from shared.storage.audit.audit_rows import MAX_BATCH
from shared.storage.tables.gather_limited import gather_limited
from shared.storage.tables.row_keys import number_key
from shared.storage.tables.table import Entity, Operation, Table, version

_PREFIX_DIGITS = 7
"""The first digits of an ID: a partition for each quarter of an hour."""


class InTheWay(Exception):
    """Another instance is sealing one of the events."""


class EventIds:
    def __init__(self, table: Table, log: AuditLog) -> None:
        self._table = table
        self._log = log

    async def claim(self, first: int, statements: Sequence[Statement]) -> Mapping[str, LogEntry]:
        """Claim the IDs for a batch that is to be appended at `first`. Return the entries of those
        that are in the log already.

        Raises InTheWay, StorageUnavailable.
        """
        ordered = sorted(statement.id for statement in statements)
        groups = [(first, list(ids)) for _, ids in groupby(ordered, key=_partition)]
        found = await gather_limited(self._claim_together, groups)
        return {entry.statement.id: entry for entries in found for entry in entries}

    async def find(self, event_id: str) -> LogEntry | None:
        """The entry of an event, if it is in the log."""
        row = await self._table.get(_partition(event_id), event_id)
        return None if row is None else await self._look_near(row, event_id)

    async def _claim_together(self, group: tuple[int, list[str]]) -> list[LogEntry]:
        first, ids = group
        if await self._table.transact([Operation("create", _row(each, first)) for each in ids]):
            return []
        found = await gather_limited(self._claim, [(first, each) for each in ids])
        return [entry for entry in found if entry]

    async def _claim(self, one: tuple[int, str]) -> LogEntry | None:
        first, event_id = one
        if await self._table.insert(_row(event_id, first)):
            return None
        row = await self._table.get(_partition(event_id), event_id)
        if row is None:
            raise InTheWay
        entry = await self._look_near(row, event_id)
        if entry is not None:
            return entry
        if not await self._table.replace(_row(event_id, first), etag=version(row)):
            raise InTheWay
        return None

    async def _look_near(self, row: Entity, event_id: str) -> LogEntry | None:
        """Also None if the row is not one of ours."""
        first = str(row.get("First"))
        if not first.isascii() or not first.isdecimal():
            return None
        near = await self._log.entries(int(first), limit=MAX_BATCH)
        return next((entry for entry in near if entry.statement.id == event_id), None)


def _partition(event_id: str) -> str:
    return f"ids-{event_id[:_PREFIX_DIGITS]}"


def _row(event_id: str, first: int) -> dict[str, str]:
    return {
        "PartitionKey": _partition(event_id),
        "RowKey": event_id,
        "First": number_key(first),
    }
