"""Devices that wait for a person: a row for each, by the digest of the code that the person types.

The rows are in the partitions of the outbox that have challenges, behind its events, so that using
one up and the notice of that are one transaction. They have no time in their keys, as nobody knows
it who types a code: so the sweeper reads all of them, and few wait at the same time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from shared import base64url
from shared.audit.statement import Statement
from shared.storage.audit.pending import pending_row
from shared.storage.audit.statements import Partition
from shared.storage.challenges import shard_of_digest
from shared.storage.openid.claiming import claim
from shared.storage.outbox_ranges import CHALLENGE_SHARDS
from shared.storage.tables.expired import SWEEP, remove_rows
from shared.storage.tables.table import Entity, Operation, Table, version

_PREFIX, _AFTER = "~device:", "~device;"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingDevice:
    row: bytes
    request: str
    """Sealed."""
    decision: str | None
    """Sealed. None if nobody has decided."""
    etag: str


class DeviceCodeStore:
    def __init__(self, outbox: Table) -> None:
        self._table = outbox

    async def add(self, row: bytes, *, request: str, expires_at: int) -> bool:
        """Return False if another device has this code."""
        ends = datetime.fromtimestamp(expires_at, UTC)
        return await self._table.insert({**_keys(row), "Request": request, "ExpiresAt": ends})

    async def find(self, row: bytes) -> WaitingDevice | None:
        keys = _keys(row)
        found = await self._table.get(keys["PartitionKey"], keys["RowKey"])
        if found is None:
            return None
        return WaitingDevice(
            row=row,
            request=found["Request"],
            decision=found.get("Decision"),
            etag=version(found),
        )

    async def decide(
        self, device: WaitingDevice, decision: str, *, event: Statement | None = None
    ) -> bool:
        """Return False if somebody else decided first, or the row is gone. `event` is a final one,
        whose ID ends in the digit of the row's partition."""
        decided = Operation("update", {**_keys(device.row), "Decision": decision}, device.etag)
        beside = [] if event is None else [Operation("create", pending_row(event, ()))]
        if await self._table.transact([decided, *beside]):
            return True
        found = await self.find(device.row)  # the answer to our own change may have been lost
        return found is not None and found.decision == decision

    async def claim_with_event(
        self, device: WaitingDevice, *, notice: Statement, places: Sequence[Partition] = ()
    ) -> bool:
        """Return True exactly once for each row: see `shared.storage.openid.claiming`."""
        deletion = Operation("delete", _keys(device.row), device.etag)
        return await claim(self._table, deletion, event=notice, places=places)

    async def sweep(self, *, now: int, limit: int = SWEEP) -> int:
        """Remove at most `limit` rows of devices whose time is over."""
        removed = 0
        for shard in CHALLENGE_SHARDS:
            if removed < limit:
                removed += await self._sweep(shard, now=now, limit=limit - removed)
        return removed

    async def _sweep(self, shard: str, *, now: int, limit: int) -> int:
        expired = await self._table.query(
            "PartitionKey eq @shard and RowKey ge @first and RowKey lt @after "
            "and ExpiresAt le @now",
            {
                "shard": shard,
                "first": _PREFIX,
                "after": _AFTER,
                "now": datetime.fromtimestamp(now, UTC),
            },
            select=["PartitionKey", "RowKey"],
            limit=limit,
        )
        return await remove_rows(self._table, expired)


def _keys(row: bytes) -> Entity:
    return {
        "PartitionKey": shard_of_digest(row),
        "RowKey": _PREFIX + base64url.encode(row),
    }
