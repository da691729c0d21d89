"""Removes many rows: those of partitions whose keys begin with a time, or given rows."""

from collections.abc import Iterable
from functools import partial
from itertools import batched, groupby

from shared.storage.tables.gather_limited import gather_limited
from shared.storage.tables.table import MAX_TRANSACTION, Entity, Operation, Table

SWEEP = 2000
"""The number of rows that are read and removed together."""


async def remove_before(table: Table, partition: str, *, limit: int) -> int:
    """Remove at most `limit` rows of the partitions before `partition`; return how many."""
    expired = await table.query(
        "PartitionKey lt @partition",
        {"partition": partition},
        select=["PartitionKey", "RowKey"],
        limit=limit,
    )
    by_partition = groupby(expired, key=lambda row: str(row["PartitionKey"]))
    partitions = [list(rows) for _, rows in by_partition]
    return sum(await gather_limited(partial(remove_rows, table), partitions))


async def remove_rows(table: Table, rows: Iterable[Entity]) -> int:
    """Remove those rows of one partition that exist; return how many existed."""
    removed = 0
    for batch in batched(rows, MAX_TRANSACTION, strict=False):
        removed += await _remove(table, batch)
    return removed


async def _remove(table: Table, rows: tuple[Entity, ...]) -> int:
    # A transaction of one row needs longer than a single delete.
    if len(rows) > 1 and await table.transact([Operation("delete", row) for row in rows]):
        return len(rows)
    # Some of the rows are already gone, and a transaction is all or nothing.
    removed = 0
    for row in rows:
        removed += await table.delete(row["PartitionKey"], row["RowKey"])
    return removed
