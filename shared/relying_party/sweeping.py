"""Removes expired rows, the leftovers of crashes, and unused accounts.

Each run works in batches for a limited time, and the next run goes on. Nothing is removed while the
time is not certain: with a wrong clock, valid rows would seem expired.
"""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from shared.storage.service_key import ServiceKey
from shared.storage.tables.clock import CONFIRMED, JudgedClock
from shared.storage.tables.expired import SWEEP

logger = logging.getLogger("touchstone.maintenance")


class Swept(Protocol):
    """A store with rows that expire."""

    async def sweep(self, *, now: int, limit: int) -> int:
        """Remove at most `limit` rows; return how many were removed."""
        ...


class Sweeping:
    def __init__(
        self, swept: Mapping[str, Swept], *, service_key: ServiceKey, clock: JudgedClock
    ) -> None:
        """The keys of `swept` say what its rows are, in the plural."""
        self._swept = swept
        self._service_key = service_key
        self._clock = clock
        self.kinds = tuple(swept)

    async def remove(self, kind: str, *, until: datetime) -> int:
        """Return how many rows were removed. No batch begins after `until`.

        Raises StorageUnavailable."""
        if not await self._learn_the_time():
            logger.warning("no %s are removed, because the time is uncertain", kind)
        return await sweep(self._swept[kind], clock=self._clock, until=until)

    async def _learn_the_time(self) -> bool:
        """Ask storage for the time, as a new process has seen no answer of storage yet."""
        for _ in range(CONFIRMED):
            if not self._clock.certain:
                await self._service_key.find()
        return self._clock.certain


async def sweep(swept: Swept, *, clock: JudgedClock, until: datetime, batch: int = SWEEP) -> int:
    """Return how many rows were removed. No batch begins after `until`, or while the time is not
    certain. Raises StorageUnavailable; the next run goes on."""
    removed, some = 0, batch
    while some >= batch and clock() < until and clock.certain:
        some = await swept.sweep(now=int(clock().timestamp()), limit=batch)
        removed += some
    return removed
