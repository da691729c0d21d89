"""Attempts that are counted only if they fail.

Only the errors that the caller names are counted, and StorageUnavailable never is: an outage is
nobody's failure and locks nobody out.

It is for what can be guessed, and so for limits that refuse in doubt. What cannot be guessed, as a
signature, is counted after it failed, and never refused for what others did.

How exact this is. The one read is the account's row. What other processes counted for the address
a process learns from its own failures: once the quota of an address is used up, each process may
let one more attempt pass, and what is under way there. Attempts under way in this process count as
failed, so that a burst of guesses gains nothing, and a failure that cannot be stored is answered
with StorageUnavailable, so that nobody learns whether the guess was right.

What a lock-out cannot do. It ends with its window. And an address that has not failed itself in
this window still has one attempt at an account that is locked: whoever locks an account from
elsewhere does not lock out its owner, and gets one more guess for each address they own.
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
type Tell = Callable[[BaseException], Awaitable[None]]
"""Tells of how an attempt failed, while it is counted."""


class FailureGuard:
    def __init__(
        self,
        counted: Failures,
        *,
        place: Callable[[], Awaitable[list[Window]]],
        counters: Counters,
        under_way: Counter[Window],
        now: Callable[[], int],
        tell: Tell | None,
    ) -> None:
        self._counted = counted
        self._place = place
        self._counters = counters
        self._under_way = under_way
        self._now = now
        self._tell = tell
        self._windows: list[Window] = []
        self._checked = self._ended = False

    async def __aenter__(self) -> Self:
        self._windows = await self._place()
        return self

    async def check(self) -> None:
        """At most one read while within the limits. Raises TooManyRequests, StorageUnavailable."""
        if self._windows:
            await self._check(self._windows[0], self._windows[-1])
        if self._ended:  # by what ran beside the check, and failed first
            return
        # Not before: what was refused is not under way, and must not stand in anybody's way.
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
            await asyncio.gather(self._count(error), self._tell_of(error))
        finally:
            if self._checked:
                self._under_way -= Counter(self._windows)
        if error is None and not self._checked:
            raise RuntimeError("an attempt went through without check()")

    async def _count(self, error: BaseException | None) -> None:
        if self._failed(error):
            await asyncio.gather(*map(self._counters.add, self._windows))

    async def _tell_of(self, error: BaseException | None) -> None:
        if error is not None and self._tell is not None:
            await self._tell(error)

    async def _check(self, account: Window, address: Window) -> None:
        """Both are the same window if only one limit applies."""
        if self._is_full(address, self._counters.known(address)):
            refuse([address], now=self._now())
        counted = await self._counters.count(account)
        # Again: others from there may have passed this point, or failed, during the read.
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
