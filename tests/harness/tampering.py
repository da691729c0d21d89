"""Changes by an attacker who can write to the tables and has no key."""

import json
from collections.abc import Callable
from typing import Any

from shared.audit.merkle import Frontier, leaf_hash
from shared.audit.statement import write_json
from tests.storage_transport import Storage

type Row = dict[str, Any]


class Tables:
    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def rows(self, table: str, *, partition: str | None = None) -> list[Row]:
        rows = await self._storage.rows(table)
        return [dict(row) for row in rows if partition in (None, row["PartitionKey"])]

    async def put(self, table: str, row: Row) -> None:
        await self._storage.table(table).upsert(row)

    async def delete(self, table: str, row: Row) -> None:
        await self._storage.table(table).delete(row["PartitionKey"], row["RowKey"])

    # The log

    async def entries(self) -> list[Row]:
        return await self.rows("AuditLog")

    async def head(self) -> Row:
        (row,) = await self.rows("AuditTree", partition="head")
        return row

    async def checkpoints(self) -> list[Row]:
        return await self.rows("AuditTree", partition="checkpoints")

    async def change_entry(self, index: int, change: Callable[[dict[str, Any]], None]) -> None:
        """Leaf and hash alike."""
        row = (await self.entries())[index]
        leaf = _read(row["Leaf"])
        change(leaf)
        row["Leaf"] = write_json(leaf)
        row["LeafHash"] = leaf_hash(row["Leaf"])
        await self.put("AuditLog", row)

    async def cut_off(self, size: int) -> None:
        """Every entry and every checkpoint from there on."""
        for row in (await self.entries())[size:]:
            await self.delete("AuditLog", row)
        for row in await self.checkpoints():
            if int(row["RowKey"]) > size:
                await self.delete("AuditTree", row)

    async def recompute_frontier(self) -> None:
        """So that the head fits the entries as they are."""
        frontier = Frontier()
        for row in await self.entries():
            frontier.append(leaf_hash(row["Leaf"]))
        size = f"{frontier.size:012d}"
        changed = {"Size": size, "Tidy": size, "Frontier": b"".join(frontier.hashes)}
        await self.put("AuditTree", await self.head() | changed)


def _read(leaf: bytes) -> dict[str, Any]:
    return dict(json.loads(leaf))
