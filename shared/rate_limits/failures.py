"""Attempts that are counted only if they fail.

Only the errors that the caller names are counted. StorageUnavailable is never counted, so an outage
locks nobody out.

Use it for secrets that can be guessed, with limits that refuse in doubt. What cannot be guessed,
such as a signature, is counted after it failed, and is never refused because of other people's
failures.

Accuracy. The only read is the account's row. A process learns from its own failures what other
processes counted for the address. So once the quota of an address is used up, each process may
admit one more attempt, and the attempts in progress there. Attempts in progress in this process
count as failed, so a burst of guesses gains nothing. If a failure cannot be stored, the answer is
StorageUnavailable, so the caller does not learn whether the guess was right.

Limits of a lock-out. It ends with its window. An address without a failure in this window still has
one attempt at a locked account. So an attacker who locks an account from other addresses does not
lock out its owner, and gets one more guess for each address that they have.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

from shared.errors import StorageUnavailable, TooManyRequests
from shared.rate_limits.counting import Counters, refuse
from shared.rate_limits.windows import Window

type Failures = type[Exception] | tuple[type[Exception], ...]
type OnFailure = Callable[[BaseException], Awaitable[None]]
"""Records how an attempt failed, while the failure is counted."""


class FailureGuard:
    def __init__(
        self,
        counted: Failures,
        *,
        place: Callable[[], Awaitable[list[Window]]],
        counters: Counters,
        under_way: Counter[Window],
        now: Callable[[], int],
        on_failure: OnFailure | None,
    ) -> None:
        self._counted = counted
        self._place = place
        self._counters = counters
        self._under_way = under_way
        self._now = now
        self._on_failure = on_failure
        self._windows: list[Window] = []
        self._checked = self._ended = False

    async def __aenter__(self) -> Self:
        self._windows = await self._place()
        return self

    async def check(self) -> None:
        """Check the limits; one read at most if they are not reached. Raise TooManyRequests or
        StorageUnavailable."""
        if self._windows:
            await self._check(self._windows[0], self._windows[-1])
        if self._ended:  # because what ran beside the check failed first
            return
        # Only now: a refused attempt is not in progress, and must not block other attempts.
        self._under_way.update(self._windows)
        self._checked = True

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ended = True
        try:
            await asyncio.gather(self._count(error), self._record(error))
        finally:
            if self._checked:
                self._under_way -= Counter(self._windows)
        if error is None and not self._checked:
            raise RuntimeError("an attempt went through without check()")

    async def _count(self, error: BaseException | None) -> None:
        if self._failed(error):
            await asyncio.gather(*map(self._counters.add, self._windows))

    async def _record(self, error: BaseException | None) -> None:
        if error is not None and self._on_failure is not None:
            await self._on_failure(error)

    async def _check(self, account: Window, address: Window) -> None:
        """If only one limit applies, both are the same window."""
        if self._is_full(address, self._counters.known(address)):
            refuse([address], now=self._now())
        counted = await self._counters.count(account)
        # Check again: during the read, other attempts from there may have begun or failed.
        if self._is_full(address, self._counters.known(address)):
            refuse([address], now=self._now())
        if not self._is_full(account, counted):
            return
        if account is address or self._used(address, await self._counters.count(address)):
            refuse([account], now=self._now())

    def _is_full(self, window: Window, count: int) -> bool:
        return self._used(window, count) >= window.limit.quota

    def _used(self, window: Window, count: int) -> int:
        return count + self._under_way[window]

    def _failed(self, error: BaseException | None) -> bool:
        undecided = isinstance(error, StorageUnavailable | TooManyRequests)
        return isinstance(error, self._counted) and not undecided
