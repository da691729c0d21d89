"""The last good reading of something, so that requests neither wait for it nor depend on it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.errors import KeysUnavailable
from shared.keys.reading import RETRY, NoneLeft, ReadFailed

logger = logging.getLogger("touchstone.keys")

TIME_LIMIT_SECONDS = 10
"""For one reading with its retries, as somebody may be waiting for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    since: datetime
    """When a reading failed for the first time after the last good one."""
    reason: str
    """The type of what went wrong most recently; its text may hold addresses or worse."""


class Cached[T]:
    """Read at the first request, then again every `interval`, once for all requests.

    A request that finds the reading older than `interval` starts the next one and goes on with
    what there is. It waits only where there is nothing yet, or where nothing was even tried for
    `max_age`, since the instance was idle. A reading that fails then is still no harm.
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
        """Raises KeysUnavailable if there was no good reading yet, or nothing is left of it."""
        now = self._clock()
        # A clock that went back was put right, and says nothing of when it was last tried.
        if now >= self._next_at or now < self._tried_at:
            attempt = self._start()
            if self._last is None or now - self._tried_at >= max_age(self._interval):
                # Shielded, since others wait for the same attempt if this request is given up.
                await asyncio.shield(attempt)
        if self._last is None:
            raise KeysUnavailable
        return self._last

    async def refresh(self) -> None:
        """Read now, or wait for the attempt that is under way. Failing is not raised."""
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
        except Exception as error:  # whatever it is, what was read before is still good
            self._failed(error, retry_after=RETRY)
        else:
            self._succeeded(value, began_at)

    def _succeeded(self, value: T, began_at: datetime) -> None:
        # What was read is as old as the moment at which reading began.
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
    """How old a reading may be that a request goes on with, if reading it again works."""
    return 2 * interval
