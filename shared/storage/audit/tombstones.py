"""Tombstones make sure that an attempt that was given up cannot succeed later.

If the outcome of an attempt is unknown, it is sealed as an attempt. But its change may still be on
the network, for minutes. So a tombstone is written under the key of the event of its success. The
transaction with the change and that event then fails as a whole. If the event is there already,
the change was made.

A mark lists the places of an attempt's tombstones, so that they are found and removed a day later.
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
"""Sorts after the partitions of waiting events, which are hexadecimal digits."""
KEPT = timedelta(days=1)
_PLACE = re.compile("[A-Za-z][A-Za-z0-9]{2,62}/[^/\\\\#?\x00-\x1f\x7f-\x9f]*$")


class Tombstones:
    def __init__(self, table: Table, tables: Callable[[str], Table]) -> None:
        self._table = table
        self._tables = tables

    async def put(self, notice: Statement, places: tuple[Partition, ...], *, now: datetime) -> bool:
        """Return False if the event is in one of the places: then the change was made."""
        mark = {"PartitionKey": _partition(now), "RowKey": notice.id}
        await self._table.upsert(mark | {"Places": "\n".join(map(str, places))})

        async def put_in(place: Partition) -> bool:
            table = self._tables(place.table)
            if await table.insert(tombstone(place, notice)):
                return True
            row = await table.get(place.key, event_row(notice.id), select=["Leaf"])
            return row is not None and is_tombstone(row)

        return all(await gather_limited(put_in, places))

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
            await self._remove_tombstone(read_partition(text), event_row(mark["RowKey"]))
        await self._table.delete(mark["PartitionKey"], mark["RowKey"])

    async def _remove_tombstone(self, place: Partition, row_key: str) -> None:
        """Keep the event of a change that was made after all, if it is not sealed yet."""
        table = self._tables(place.table)
        row = await table.get(place.key, row_key, select=["Leaf"])
        if row is not None and is_tombstone(row):
            await table.delete(place.key, row_key)


def _places(mark: Entity) -> list[str]:
    """Skip malformed places, which we did not write: storage would refuse them in each sweep."""
    return [text for text in str(mark.get("Places", "")).split("\n") if _PLACE.match(text)]


def _partition(now: datetime) -> str:
    return f"{MARKS}{now:%Y%m%d%H}"
