"""Caches the last good value, so that requests neither wait for a reading nor depend on it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.errors import KeysUnavailable
from shared.keys.reading import RETRY, NoneLeft, ReadFailed

logger = logging.getLogger("touchstone.keys")

TIME_LIMIT_SECONDS = 10
"""For one reading with its retries, as a request may be waiting for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    since: datetime
    """When a reading first failed after the last good one."""
    reason: str
    """The type of the latest error. The error's text may have addresses or secrets."""


class Cached[T]:
    """Reads at the first request, then again every `interval`, once for all requests.

    A request that finds the value older than `interval` starts the next reading and uses the old
    value. It waits only if there is no value yet, or if the instance was idle and has not tried to
    read for `max_age`. If that reading fails, the old value is used.
    """

    def __init__(
        self,
        name: str,
        read: Callable[[], Awaitable[T]],
        *,
        interval: timedelta,
        clock: Callable[[], datetime],
    ) -> None:
        self._name = name
        self._read = read
        self._interval = interval
        self._clock = clock
        self._last: T | None = None
        self._tried_at = self._next_at = clock()
        self._attempt: asyncio.Task[None] | None = None
        self.failure: Failure | None = None

    async def get(self) -> T:
        """Raise KeysUnavailable if no reading has succeeded yet, or if nothing usable is
        left."""
        now = self._clock()
        # If the clock went back, it was corrected, and `_tried_at` is no longer comparable.
        if now >= self._next_at or now < self._tried_at:
            attempt = self._start()
            if self._last is None or now - self._tried_at >= max_age(self._interval):
                # Shielded, since other requests wait for the same attempt if this one is cancelled.
                await asyncio.shield(attempt)
        if self._last is None:
            raise KeysUnavailable
        return self._last

    async def refresh(self) -> None:
        """Read now, or wait for the attempt in progress. A failure is not raised."""
        await asyncio.shield(self._start())

    def _start(self) -> asyncio.Task[None]:
        if self._attempt is None or self._attempt.done():
            self._attempt = asyncio.create_task(self._try())
        return self._attempt

    async def _try(self) -> None:
        began_at = self._clock()
        try:
            async with asyncio.timeout(TIME_LIMIT_SECONDS):
                value = await self._read()
        except TimeoutError as error:
            self._failed(error, retry_after=RETRY)
        except ReadFailed as error:
            if isinstance(error, NoneLeft):
                self._last = None
            self._failed(error.__cause__ or error, retry_after=error.retry_after)
        except Exception as error:  # after any error the last value is still good
            self._failed(error, retry_after=RETRY)
        else:
            self._succeeded(value, began_at)

    def _succeeded(self, value: T, began_at: datetime) -> None:
        # The value is as old as the moment at which reading began.
        self._last, self._tried_at = value, began_at
        self._next_at = began_at + self._interval
        if self.failure:
            logger.warning("the %s can be read again", self._name)
        self.failure = None

    def _failed(self, error: BaseException, *, retry_after: timedelta) -> None:
        self._tried_at = self._clock()
        self._next_at = self._tried_at + min(max(retry_after, RETRY), self._interval)
        reason = type(error).__name__
        if self.failure is None:
            logger.error("the %s cannot be read: %s", self._name, reason)
        since = self.failure.since if self.failure else self._tried_at
        self.failure = Failure(since=since, reason=reason)


def max_age(interval: timedelta) -> timedelta:
    """The maximum age of a value that a request uses, if reading works."""
    return 2 * interval
