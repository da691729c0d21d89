"""Using up a row that counts once, together with its event.

If the answer was lost, the event shows that the claim is ours.
"""

from collections.abc import Sequence

from shared.audit.statement import Statement
from shared.storage.audit.pending import pending_row
from shared.storage.audit.statements import Partition
from shared.storage.tables.table import Operation, Table


async def claim(
    outbox: Table, deletion: Operation, *, event: Statement, places: Sequence[Partition]
) -> bool:
    """Return True exactly once for each row. The event is a final one, or the notice of one that
    may be in `places`. Its ID ends in the digit of the row's partition."""
    row = pending_row(event, places)
    if await outbox.transact([deletion, Operation("create", row)]):
        return True
    found = await outbox.get(row["PartitionKey"], row["RowKey"], select=["Leaf"])
    return found is not None and found["Leaf"] == event.leaf
