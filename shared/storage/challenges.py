"""Open challenges: each is a row, and a challenge is claimed by deleting its row.

Rows are partitioned by the minute in which they expire, so that the sweeper reads only expired
ones, and by a shard, so that the writes of a minute are spread over several partitions.
"""

from shared import base64url
from shared.storage.tables.expired import SWEEP, remove_before
from shared.storage.tables.table import Entity, Table
from shared.webauthn.challenge import challenge_digest

_SHARD_CHARACTERS = 1  # hexadecimal digits of the digest: 16 partitions for each minute


class ChallengeStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    async def add(self, challenge: bytes, *, expires_at: int) -> None:
        """`challenge` may be its random part alone; `expires_at` is in Unix seconds."""
        # An existing row can only be our own: a retry after a lost answer.
        await self._table.insert(_keys(challenge, expires_at))

    async def claim(self, challenge: bytes, *, expires_at: int) -> bool:
        """Return True exactly once for each challenge that was added."""
        keys = _keys(challenge, expires_at)
        return await self._table.delete(keys["PartitionKey"], keys["RowKey"])

    async def sweep(self, *, now: int, limit: int = SWEEP) -> int:
        """Remove at most `limit` challenges that expired before the current minute."""
        return await remove_before(self._table, _minute(now), limit=limit)


def _keys(challenge: bytes, expires_at: int) -> Entity:
    digest = challenge_digest(challenge)
    return {
        "PartitionKey": f"{_minute(expires_at)}-{digest.hex()[:_SHARD_CHARACTERS]}",
        "RowKey": base64url.encode(digest),
    }


def _minute(seconds: int) -> str:
    return f"{seconds // 60:010d}"
