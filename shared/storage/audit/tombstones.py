"""Attempts that were given up: nothing may come of them any more.

An attempt of which nothing was heard is sealed as one. But its change may still be on the wire, for
minutes. So a tombstone is put where the event of the success would stand: then the transaction that
brings the change and that event fails as a whole. If the event is there already, the change was
made.

A mark tells where the tombstones of an attempt are, so that they are found and removed a day later.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from shared.audit.statement import Statement
from shared.storage.audit.statements import (
    Partition,
    event_row,
    is_tombstone,
    read_partition,
    tombstone,
)
from shared.storage.tables.gather_limited import gather_limited
from shared.storage.tables.table import Entity, Table

MARKS = "tombstones-"
"""Behind the partitions of what waits, which are hexadecimal digits."""
KEPT = timedelta(days=1)
_PLACE = re.compile("[A-Za-z][A-Za-z0-9]{2,62}/[^/\\\\#?\x00-\x1f\x7f-\x9f]*$")


class Tombstones:
    def __init__(self, table: Table, tables: Callable[[str], Table]) -> None:
        self._table = table
        self._tables = tables

    async def put(self, notice: Statement, places: tuple[Partition, ...], *, now: datetime) -> bool:
        """Return False if the event stands in one of the places: then the change was made."""
        mark = {"PartitionKey": _partition(now), "RowKey": notice.id}
        await self._table.upsert(mark | {"Places": "\n".join(map(str, places))})

        async def bury(place: Partition) -> bool:
            table = self._tables(place.table)
            if await table.insert(tombstone(place, notice)):
                return True
            row = await table.get(place.key, event_row(notice.id), select=["Leaf"])
            return row is not None and is_tombstone(row)

        return all(await gather_limited(bury, places))

    async def sweep(self, *, now: int, limit: int) -> int:
        """Remove at most `limit` marks that are old enough (Unix seconds), and their tombstones."""
        before = _partition(datetime.fromtimestamp(now, UTC) - KEPT)
        marks = await self._table.query(
            "PartitionKey ge @first and PartitionKey lt @before",
            {"first": MARKS, "before": before},
            select=["PartitionKey", "RowKey", "Places"],
            limit=limit,
        )
        await gather_limited(self._remove, marks)
        return len(marks)

    async def _remove(self, mark: Entity) -> None:
        for text in _places(mark):
            await self._remove_stone(read_partition(text), event_row(mark["RowKey"]))
        await self._table.delete(mark["PartitionKey"], mark["RowKey"])

    async def _remove_stone(self, place: Partition, row_key: str) -> None:
        """Not the event of a change that was made after all, if that is not sealed yet."""
        table = self._tables(place.table)
        row = await table.get(place.key, row_key, select=["Leaf"])
        if row is not None and is_tombstone(row):
            await table.delete(place.key, row_key)


def _places(mark: Entity) -> list[str]:
    """None that somebody else wrote: storage would refuse such a table, and with it each sweep."""
    return [text for text in str(mark.get("Places", "")).split("\n") if _PLACE.match(text)]


def _partition(now: datetime) -> str:
    return f"{MARKS}{now:%Y%m%d%H}"
