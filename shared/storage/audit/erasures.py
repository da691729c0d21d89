"""Requests to remove the personal part of a person's events. Each is a row until the request is
carried out or withdrawn.

Each row has a tag over its contents, made with a key that is not in the tables. So a row that
others wrote or changed is ignored. An old row of ours that is put back still has a valid tag.

The row's key is that of the person's account, so there is one request for a person at a time. The
row has the person's name, for the administrator who confirms the request, and is later removed.
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
        """`key` makes tags; the tags of all `keys` are accepted."""
        self._table = table
        self._key = key
        self._keys = keys

    async def all(self) -> list[Erasure]:
        """All requests, in the order of the persons' keys."""
        rows = await self._table.query(
            f"PartitionKey eq @partition and {NO_EVENTS}", {"partition": PARTITION}, limit=_MOST
        )
        keys = await self._keys() if rows else ()
        return [erasure for row in rows if (erasure := read_ours(row, keys))]

    async def find(self, erasure_id: str) -> Erasure | None:
        return next((each for each in await self.all() if each.id == erasure_id), None)

    async def add(self, erasure: Erasure, *, event: Statement) -> bool:
        """Return False if there is a request for this person. A row that we did not write is
        replaced."""
        keys = row_keys(erasure)
        found = await self._table.get(keys["PartitionKey"], keys["RowKey"])
        if found is not None:
            if read_ours(found, await self._keys()):
                return False
            # It is deleted first, so that none of its columns remain.
            await self._table.transact([Operation("delete", keys, version(found))])
        return await self._transact(Operation("create", await self._row(erasure)), event)

    async def change(self, erasure: Erasure, *, event: Statement) -> bool:
        """Return False if it changed since it was read, or is gone. So does `remove`."""
        return await self._transact(
            Operation("update", await self._row(erasure), erasure.etag), event
        )

    async def remove(self, erasure: Erasure, *, event: Statement) -> bool:
        return await self._transact(Operation("delete", row_keys(erasure), erasure.etag), event)

    async def note(self, erasure: Erasure) -> Erasure | None:
        """Store the progress. Return None if the row changed since it was read, or is gone."""
        etags = await self._table.write([(await self._row(erasure), erasure.etag)])
        return None if etags is None else replace(erasure, etag=etags[0])

    async def _row(self, erasure: Erasure) -> Entity:
        row, key = erasure_row(erasure), await self._key()
        return row | {"Tag": tag_of(tagged(row), key, Purpose.ERASURE, row["RowKey"])}

    async def _transact(self, operation: Operation, event: Statement) -> bool:
        return await transact_with_event(
            self._table, [operation], partition=self.partition, event=event
        )
