"""Sweeping tables whose partition keys begin with a time."""

from itertools import batched, groupby

from shared.storage.tables import MAX_TRANSACTION, Entity, Operation, Table


async def remove_before(table: Table, partition: str, *, limit: int) -> int:
    """Remove at most `limit` rows of the partitions before `partition`; return how many."""
    expired = await table.query(
        "PartitionKey lt @partition",
        {"partition": partition},
        select=["PartitionKey", "RowKey"],
        limit=limit,
    )
    removed = 0
    for _, rows in groupby(expired, key=lambda row: str(row["PartitionKey"])):
        for batch in batched(rows, MAX_TRANSACTION, strict=False):
            removed += await _remove(table, batch)
    return removed


async def _remove(table: Table, rows: tuple[Entity, ...]) -> int:
    if await table.transact([Operation("delete", row) for row in rows]):
        return len(rows)
    # Another sweeper was faster with some of them, and a transaction is all or nothing.
    removed = 0
    for row in rows:
        removed += await table.delete(row["PartitionKey"], row["RowKey"])
    return removed
