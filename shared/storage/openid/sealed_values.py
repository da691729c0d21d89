"""Sealed values that count once: authorization codes and pushed requests.

Each has a row like that of a challenge (`shared.storage.challenges`), which also removes those that
have expired. Using a value is deleting its row. The event of both is written in the same
transaction, so its ID ends in the digit of the row's partition.
"""

from collections.abc import Sequence

from shared.audit.statement import Statement
from shared.storage.audit.pending import pending_row
from shared.storage.audit.statements import Partition
from shared.storage.challenges import open_row
from shared.storage.openid.claiming import claim
from shared.storage.tables.table import Operation, Table


class SealedValueStore:
    def __init__(self, outbox: Table) -> None:
        self._table = outbox

    async def add(self, value: bytes, *, expires_at: int) -> None:
        """`value` is the ID of a sealed value (`shared.sealed`)."""
        # An existing row can only be our own: a retry after a lost answer.
        await self._table.insert(open_row(value, expires_at))

    async def add_with_event(self, value: bytes, *, expires_at: int, event: Statement) -> None:
        await self._table.transact(
            [
                Operation("create", open_row(value, expires_at)),
                Operation("create", pending_row(event, ())),
            ]
        )

    async def claim(self, value: bytes, *, expires_at: int) -> bool:
        """Return True exactly once for each value that was added."""
        keys = open_row(value, expires_at)
        return await self._table.delete(keys["PartitionKey"], keys["RowKey"])

    async def claim_with_event(
        self,
        value: bytes,
        *,
        expires_at: int,
        notice: Statement,
        places: Sequence[Partition] = (),
    ) -> bool:
        """Like `claim`, with an event: see `shared.storage.openid.claiming`."""
        deletion = Operation("delete", open_row(value, expires_at))
        return await claim(self._table, deletion, event=notice, places=places)
