"""Events that wait for the log.

The event of a change is written in the change's partition, and it is impossible to search all
partitions for it. So before a change its notice is written here: an event "attempted", with the
places where the event of the outcome may be. If a process ends at any moment, the notice is here,
and the partition has either the change and the event of its success, or neither.

Events without a change are final. Rows are spread over 16 partitions by the last digit of their ID.
In each partition they are sorted by time, as IDs are. The age of a row is measured by the clock of
storage, since an instance's clock may be wrong. Open challenges are in four of the partitions, so
that one transaction claims a challenge and stores the notice (`shared.storage.challenges`).
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import chain, groupby

from shared.audit.event_id import id_before
from shared.audit.statement import Statement
from shared.storage.audit.pending import (
    TABLE,
    Pending,
    pending_row,
    read_pending,
    read_tagged,
    row_keys,
    shard_of,
)
from shared.storage.audit.statements import STATEMENT_COLUMNS, Partition, event_row, is_tombstone
from shared.storage.audit.tagged import timestamp
from shared.storage.audit.tombstones import Tombstones
from shared.storage.outbox_ranges import Range, event_ranges
from shared.storage.tables.expired import remove_rows
from shared.storage.tables.gather_limited import gather_limited
from shared.storage.tables.table import Table

__all__ = ["TABLE", "AuditOutbox", "Pending"]

_COLUMNS = ("PartitionKey", "RowKey", "Timestamp", "Places", *STATEMENT_COLUMNS)
_NEVER = datetime.fromtimestamp(0, UTC)
_BESIDE = ("Timestamp", *STATEMENT_COLUMNS)


class AuditOutbox:
    def __init__(self, table: Table, *, tables: Callable[[str], Table]) -> None:
        """`tables` returns the table with a name."""
        self._table = table
        self._tables = tables
        self.tombstones = Tombstones(table, tables)

    async def now(self) -> datetime:
        """The earlier time of two answers, since one may be wrong. With a time that is too late,
        attempts would be given up too early."""
        return min(await asyncio.gather(self._table.now(), self._table.now()))

    async def put(self, statement: Statement, *places: Partition) -> None:
        """Write a notice if there are places, else a final event."""
        # An existing row can only be our own: a retry after a lost answer.
        await self._table.insert(pending_row(statement, places))

    async def settle(self, statement: Statement, *, announced: bool) -> bool:
        """Write a final event, in place of its notice if there is one. If the notice was sealed as
        an attempt, change nothing and return False: no event has two outcomes."""
        row = pending_row(statement, ())
        if not announced and await self._table.insert(row):
            return True
        return await self._table.merge(row)

    async def withdraw(self, event_id: str) -> None:
        await self._table.delete(shard_of(event_id), event_id)

    async def read(
        self,
        *,
        limit: int,
        noticed_before: datetime | None = None,
        recorded_before: datetime = _NEVER,
        after: Pending | None = None,
    ) -> list[Pending]:
        """Final events, and notices written or recorded before a time; only rows after `after`."""
        condition, given = "", dict[str, str | datetime]()
        if noticed_before is not None:
            condition = " and ( Places eq @none or Timestamp lt @before or RowKey lt @recorded )"
            given = {"none": "", "before": noticed_before, "recorded": id_before(recorded_before)}
        found: list[Pending] = []
        for each in event_ranges(None if after is None else (after.shard, after.id)):
            found += await self._read(each, condition, given, limit=limit - len(found))
            if len(found) == limit:
                break
        return found

    async def written_before(self, moment: datetime, *, limit: int) -> list[Pending]:
        """All events and notices that were written before the moment. One round trip."""
        condition, given = " and Timestamp lt @before", {"before": moment}
        read = (self._read(each, condition, given, limit=limit) for each in event_ranges())
        return [*chain.from_iterable(await asyncio.gather(*read))][:limit]

    async def _read(
        self, part: Range, condition: str, given: Mapping[str, str | datetime], *, limit: int
    ) -> list[Pending]:
        """The rows of a range that meet a condition, in the order of their keys."""
        rows = await self._table.query(
            part.condition + condition, {**part.keys, **given}, select=_COLUMNS, limit=limit
        )
        return [read_pending(row) for row in rows]

    async def find_change(self, pending: Pending) -> Pending:
        """The event beside the change if there is one, else the notice."""
        for place in pending.places:
            table = self._tables(place.table)
            row = await table.get(place.key, event_row(pending.id), select=_BESIDE)
            if row is not None and not is_tombstone(row):
                statement, tag = read_tagged(row)
                return replace(
                    pending, statement=statement, written=timestamp(row), tag=tag, found=place
                )
        return pending

    async def find(self, event_id: str) -> Pending | None:
        row = await self._table.get(shard_of(event_id), event_id, select=_COLUMNS)
        return None if row is None else read_pending(row)

    async def remove(self, sealed: Iterable[Pending]) -> None:
        """Events beside changes are removed first: only their notices lead to them."""
        sealed = list(sealed)
        await gather_limited(self._remove_beside, _by_place(sealed))
        shards = groupby(sorted(map(_id, sealed), key=shard_of), key=shard_of)
        notices = [[row_keys(shard, event_id) for event_id in ids] for shard, ids in shards]
        await gather_limited(partial(remove_rows, self._table), notices)

    async def _remove_beside(self, found: tuple[Partition, Sequence[str]]) -> None:
        place, events = found
        keys = [row_keys(place.key, event_row(event)) for event in events]
        await remove_rows(self._tables(place.table), keys)


def _by_place(sealed: Sequence[Pending]) -> Iterable[tuple[Partition, list[str]]]:
    places: dict[Partition, list[str]] = {}
    for each in sealed:
        if each.found is not None:
            places.setdefault(each.found, []).append(each.id)
    return places.items()


def _id(pending: Pending) -> str:
    return pending.id
