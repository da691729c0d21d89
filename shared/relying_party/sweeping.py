"""Sweeping: rows that are over are removed, batch after batch."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from shared.storage.expired import SWEEP


class Store(Protocol):
    async def sweep(self, *, now: int, limit: int) -> int: ...


async def sweep(
    store: Store, *, clock: Callable[[], datetime], until: datetime, batch: int = SWEEP
) -> int:
    """As much as there is, beginning no batch after `until`; return how many rows.

    Raises StorageUnavailable; the next run goes on.
    """
    removed, some = 0, batch
    while some >= batch and clock() < until:
        some = await store.sweep(now=int(clock().timestamp()), limit=batch)
        removed += some
    return removed
