"""Challenges that wait to be answered: each is a row, and claiming it is deleting that row.

Rows are partitioned by the minute in which they expire, so that the sweeper reads only expired
ones, and by a shard, so that no partition has to take every begin of a minute.
"""

from itertools import batched, groupby

from shared import base64url
from shared.ceremonies.challenge import challenge_digest
from shared.storage.tables import MAX_TRANSACTION, Entity, Table

_SHARD_CHARACTERS = 1  # of the digest in hexadecimal: 16 partitions for each minute


class ChallengeStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    async def add(self, challenge: bytes, *, expires_at: int) -> None:
        """`challenge` may be its random part alone; `expires_at` is in Unix seconds."""
        # A row that exists can only be our own: a retry after an answer that got lost.
        await self._table.insert(_keys(challenge, expires_at))

    async def claim(self, challenge: bytes, *, expires_at: int) -> bool:
        """Return True exactly once for each challenge that was added."""
        keys = _keys(challenge, expires_at)
        return await self._table.delete(keys["PartitionKey"], keys["RowKey"])

    async def sweep(self, *, now: int, limit: int = 2000) -> int:
        """Remove at most `limit` challenges that expired before the current minute."""
        expired = await self._table.query(
            "PartitionKey lt @minute",
            {"minute": _minute(now)},
            select=["PartitionKey", "RowKey"],
            limit=limit,
        )
        removed = 0
        for _, partition in groupby(expired, key=lambda row: str(row["PartitionKey"])):
            for batch in batched(partition, MAX_TRANSACTION, strict=False):
                removed += await self._remove(batch)
        return removed

    async def _remove(self, rows: tuple[Entity, ...]) -> int:
        if await self._table.transact([("delete", row) for row in rows]):
            return len(rows)
        # Another sweeper was faster with some of them, and a transaction is all or nothing.
        removed = 0
        for row in rows:
            removed += await self._table.delete(row["PartitionKey"], row["RowKey"])
        return removed


def _keys(challenge: bytes, expires_at: int) -> Entity:
    digest = challenge_digest(challenge)
    return {
        "PartitionKey": f"{_minute(expires_at)}-{digest.hex()[:_SHARD_CHARACTERS]}",
        "RowKey": base64url.encode(digest),
    }


def _minute(seconds: int) -> str:
    return f"{seconds // 60:010d}"
