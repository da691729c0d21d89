"""Removing expired rows from tables whose partition keys begin with the time of expiry."""

from collections.abc import Sequence
from itertools import batched, groupby

from shared.storage.tables import MAX_TRANSACTION, Entity, Table


async def sweep_before(table: Table, partition_key: str, *, limit: int) -> int:
    """Remove at most `limit` rows of partitions before `partition_key`; return how many.

    The condition is a range of partition keys, so only expired rows are ever read.
    """
    expired = await table.query(
        "PartitionKey lt @first_live",
        {"first_live": partition_key},
        select=["PartitionKey", "RowKey"],
        limit=limit,
    )
    removed = 0
    for _, partition in groupby(expired, key=lambda row: str(row["PartitionKey"])):
        for batch in batched(partition, MAX_TRANSACTION, strict=False):
            removed += await _remove(table, batch)
    return removed


async def _remove(table: Table, rows: Sequence[Entity]) -> int:
    if await table.transact([("delete", row) for row in rows]):
        return len(rows)
    # Another sweeper was faster with some of them, and a transaction is all or nothing.
    removed = 0
    for row in rows:
        removed += await table.delete(row["PartitionKey"], row["RowKey"])
    return removed
