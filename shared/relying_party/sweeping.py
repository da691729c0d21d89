"""Sweeping: rows that are over are removed, batch after batch."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

from shared.storage.tables.clock import CONFIRMED
from shared.storage.tables.expired import SWEEP


class Store(Protocol):
    async def sweep(self, *, now: int, limit: int) -> int: ...


async def learn_the_time(
    ask: Callable[[], Awaitable[object]], *, is_certain: Callable[[], bool]
) -> bool:
    """An instance that has just started has heard of no time yet: so it asks. Return whether the
    time is certain then."""
    for _ in range(CONFIRMED):
        if not is_certain():
            await ask()
    return is_certain()


async def sweep(
    store: Store,
    *,
    clock: Callable[[], datetime],
    until: datetime,
    batch: int = SWEEP,
    is_certain: Callable[[], bool] = lambda: True,
) -> int:
    """As much as there is, beginning no batch after `until`, nor while the time is not certain:
    what a wrong clock takes for over would be lost. Return how many rows.

    Raises StorageUnavailable; the next run goes on.
    """
    removed, some = 0, batch
    while some >= batch and clock() < until and is_certain():
        some = await store.sweep(now=int(clock().timestamp()), limit=batch)
        removed += some
    return removed
