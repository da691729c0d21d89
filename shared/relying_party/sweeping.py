"""Removes expired rows, the leftovers of crashes, and unused accounts.

Each run works in batches for a limited time, and the next run goes on. Nothing is removed while the
time is not certain: with a wrong clock, valid rows would seem expired.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftovers:
    reservations: int
    sessions: int
    accounts: int


class Sweeping:
    def __init__(
        self,
        *,
        challenges: Swept,
        sessions: Swept,
        tombstones: Swept,
        counters: Swept,
        stray_reservations: Swept,
        stray_sessions: Swept,
        unused_accounts: Swept,
        service_key: ServiceKey,
        clock: JudgedClock,
    ) -> None:
        self._challenges = challenges
        self._sessions = sessions
        self._tombstones = tombstones
        self._counters = counters
        self._stray_reservations = stray_reservations
        self._stray_sessions = stray_sessions
        self._unused_accounts = unused_accounts
        self._service_key = service_key
        self._clock = clock

    async def remove_challenges(self, *, within: timedelta) -> int:
        """No batch begins after `within`. Raises StorageUnavailable, as the other methods do."""
        return await self._sweep(self._challenges, within)

    async def remove_sessions(self, *, within: timedelta) -> int:
        """Remove sessions that ended on an earlier day, and then tombstones of the audit outbox."""
        removed = await self._sweep(self._sessions, within)
        await self._sweep(self._tombstones, within)
        return removed

    async def remove_counters(self, *, within: timedelta) -> int:
        """Remove the counters of rate limits whose window is over."""
        return await self._sweep(self._counters, within)

    async def remove_leftovers(self, *, within: timedelta) -> Leftovers:
        """Remove the leftovers of each kind in one range of rows. `within` applies to each kind."""
        return Leftovers(
            reservations=await self._sweep(self._stray_reservations, within),
            sessions=await self._sweep(self._stray_sessions, within),
            accounts=await self._sweep(self._unused_accounts, within),
        )

    async def _sweep(self, swept: Swept, within: timedelta) -> int:
        if not await self._learn_the_time():
            logger.warning("nothing is removed, because the time is uncertain")
        return await sweep(swept, clock=self._clock, until=self._clock() + within)

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
