"""Open challenges: each is a row, and a challenge is claimed by deleting its row.

The notice of the attempt is stored in the same transaction, so both rows are in one partition of
the outbox: it follows from the challenge, and the ID of the event ends in its digit. A row key
begins with the minute of expiry, so that the sweeper reads only expired rows, and sorts after all
events, so that sealing reads none.
"""

from collections.abc import Sequence

from shared import base64url
from shared.audit.statement import Statement
from shared.storage.audit.pending import pending_row
from shared.storage.audit.statements import Partition
from shared.storage.outbox_ranges import CHALLENGE_SHARDS
from shared.storage.tables.expired import SWEEP, remove_rows
from shared.storage.tables.table import Entity, Operation, Table
from shared.webauthn.challenge import challenge_digest

_PREFIX = "~challenge:"


class ChallengeStore:
    def __init__(self, outbox: Table) -> None:
        self._table = outbox

    async def add(self, challenge: bytes, *, expires_at: int) -> None:
        """`challenge` may be its random part alone; `expires_at` is in Unix seconds."""
        # An existing row can only be our own: a retry after a lost answer.
        await self._table.insert(_keys(challenge, expires_at))

    async def claim(
        self,
        challenge: bytes,
        *,
        expires_at: int,
        notice: Statement,
        places: Sequence[Partition],
    ) -> bool:
        """Return True exactly once for each challenge that was added, with the notice stored. Its
        event has an ID that ends in the challenge's shard."""
        claimed = Operation("delete", _keys(challenge, expires_at))
        return await self._table.transact(
            [claimed, Operation("create", pending_row(notice, places))]
        )

    async def sweep(self, *, now: int, limit: int = SWEEP) -> int:
        """Remove at most `limit` challenges that expired before the current minute."""
        removed = 0
        for shard in CHALLENGE_SHARDS:
            if removed < limit:
                removed += await self._sweep(shard, now=now, limit=limit - removed)
        return removed

    async def _sweep(self, shard: str, *, now: int, limit: int) -> int:
        expired = await self._table.query(
            "PartitionKey eq @shard and RowKey ge @first and RowKey lt @now",
            {"shard": shard, "first": _PREFIX, "now": _PREFIX + _minute(now)},
            select=["PartitionKey", "RowKey"],
            limit=limit,
        )
        return await remove_rows(self._table, expired)


def shard_of_challenge(challenge: bytes) -> str:
    return shard_of_digest(challenge_digest(challenge))


def shard_of_digest(digest: bytes) -> str:
    return CHALLENGE_SHARDS[digest[0] % len(CHALLENGE_SHARDS)]


def open_row(digest: bytes, expires_at: int) -> Entity:
    """The row of a challenge, or of another sealed value that counts once
    (`shared.storage.openid.sealed_values`), by the digest of its random part."""
    return {
        "PartitionKey": shard_of_digest(digest),
        "RowKey": f"{_PREFIX}{_minute(expires_at)}-{base64url.encode(digest)}",
    }


def _keys(challenge: bytes, expires_at: int) -> Entity:
    return open_row(challenge_digest(challenge), expires_at)


def _minute(seconds: int) -> str:
    return f"{seconds // 60:010d}"
