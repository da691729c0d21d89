"""Requests to take what is personal from somebody's events: a row each, until the request is
carried out or withdrawn.

Each row has a tag over all of it, made with a key that is not in the tables: a row that somebody
else wrote or changed is none. A row of ours that is put back later has its tag still.

The row has the key of the person's account, so there is one request for a person at a time. The
name stands in it for whoever has to confirm the request, and goes with the row.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from shared.audit.statement import Statement, StatementKey
from shared.audit.statement_tags import Purpose, tag_of
from shared.storage.audit.audit_log import TREE
from shared.storage.audit.erasure_rows import (
    PARTITION,
    Administrator,
    Erasure,
    erasure_row,
    read_ours,
    row_keys,
    tagged,
)
from shared.storage.audit.statements import NO_EVENTS, Partition, transact_with_event
from shared.storage.tables.table import Entity, Operation, version
from shared.storage.tables.versioned import VersionedTable

__all__ = ["Administrator", "Erasure", "ErasureStore"]

_MOST = 10_000


class ErasureStore:
    partition = Partition(TREE, PARTITION)

    def __init__(
        self,
        table: VersionedTable,
        *,
        key: Callable[[], Awaitable[StatementKey]],
        keys: Callable[[], Awaitable[Sequence[StatementKey]]],
    ) -> None:
        """`key` makes tags, and those of all `keys` count."""
        self._table = table
        self._key = key
        self._keys = keys

    async def all(self) -> list[Erasure]:
        """By person."""
        rows = await self._table.query(
            f"PartitionKey eq @partition and {NO_EVENTS}", {"partition": PARTITION}, limit=_MOST
        )
        keys = await self._keys() if rows else ()
        return [erasure for row in rows if (erasure := read_ours(row, keys))]

    async def find(self, erasure_id: str) -> Erasure | None:
        return next((each for each in await self.all() if each.id == erasure_id), None)

    async def add(self, erasure: Erasure, *, event: Statement) -> bool:
        """Return False if there is a request for that person. A row that is none of ours gives
        way."""
        keys = row_keys(erasure)
        found = await self._table.get(keys["PartitionKey"], keys["RowKey"])
        if found is not None:
            if read_ours(found, await self._keys()):
                return False
            # First, as merging would leave columns of it.
            await self._table.transact([Operation("delete", keys, version(found))])
        return await self._transact(Operation("create", await self._row(erasure)), event)

    async def change(self, erasure: Erasure, *, event: Statement) -> bool:
        """Return False if it changed since it was read, or is gone; as `remove` does."""
        return await self._transact(
            Operation("update", await self._row(erasure), erasure.etag), event
        )

    async def remove(self, erasure: Erasure, *, event: Statement) -> bool:
        return await self._transact(Operation("delete", row_keys(erasure), erasure.etag), event)

    async def note(self, erasure: Erasure) -> Erasure | None:
        """How far it is. Return None if it changed since it was read, or is gone."""
        etags = await self._table.write([(await self._row(erasure), erasure.etag)])
        return None if etags is None else replace(erasure, etag=etags[0])

    async def _row(self, erasure: Erasure) -> Entity:
        row, key = erasure_row(erasure), await self._key()
        return row | {"Tag": tag_of(tagged(row), key, Purpose.ERASURE, row["RowKey"])}

    async def _transact(self, operation: Operation, event: Statement) -> bool:
        return await transact_with_event(
            self._table, [operation], partition=self.partition, event=event
        )
