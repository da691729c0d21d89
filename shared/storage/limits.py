"""Counters that all instances share: one row for each window, with the count in it.

Azure Tables cannot increment, so a count is written under the ETag that it was computed from. A
process remembers the ETag of each row it wrote, which makes the next increment a single call. It
reads only after it loses a race to another process. Concurrent requests for one row in one process
share one write: the request with the row's lock takes a permit for each request that waits.

How exact this is:

- `spend` never gives out more than the quota, whatever the number of processes: a permit exists
  only after the count that includes it was stored. A crash or a lost answer can waste permits. A
  permit that is given back is wasted if its process gets no further request.
- While less than half of a row's quota is used, a process that loses races takes 1/32 of the
  quota ahead, so that not every request has to race. At the end of a window each process may have
  that many unused permits: with P processes the last P/32 of the quota may be refused too early.
- The row that all requests of the deployment share would be the slowest one. Each write of it takes
  as many permits ahead as this process has used for good, up to the same 1/32. So a process that
  stops wastes no more than it used, and requests that fail make it take nothing ahead.
- `add` counts every failure once, or twice if storage did it and its answer was lost. Between
  `count` and `add` other attempts may pass: `shared.rate_limits.failures` explains how many.
"""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack

from shared.errors import StorageUnavailable
from shared.rate_limits.windows import Tally, Window, partition_before
from shared.storage.counter import Counter, Taken, permits_at_hand
from shared.storage.tables.expired import SWEEP, remove_before
from shared.storage.tables.table import version
from shared.storage.tables.versioned import VersionedTable

_ATTEMPTS = 8
_REMEMBERED_ROWS = 10_000
_CLOCKS_DIFFER_SECONDS = 300


class LimitStore:
    def __init__(self, table: VersionedTable) -> None:
        self._table = table
        self._counters: dict[tuple[str, str], Counter] = {}

    async def spend(self, windows: Sequence[Window]) -> Tally:
        """Count one request in all windows, or in none if one of them is full.

        Windows that are spent together are in one partition. This is one call, or none if this
        process has permits or knows that a window is full.
        """
        counters = [self._counter(window) for window in windows]
        admitted = await self._take(counters, ahead=True)
        return Tally(admitted=admitted, used=[counter.used for counter in counters])

    def give_back(self, windows: Sequence[Window]) -> None:
        """Give the permits back to this process. The rows are unchanged: counts must only grow,
        since every process refuses requests by the counts that it remembers."""
        for window in windows:
            if counter := self._counters.get((window.partition, window.row)):
                counter.permits += 1

    def keep(self, windows: Sequence[Window]) -> None:
        """The permits will not be given back."""
        for window in windows:
            if counter := self._counters.get((window.partition, window.row)):
                counter.kept()

    async def add(self, window: Window) -> None:
        """Count a failure. A full window is not changed, as a higher count has no effect."""
        await self._take([self._counter(window)], ahead=False)

    async def count(self, window: Window) -> int:
        """Read the count: one call, or none if this process knows that the window is full."""
        counter = self._counter(window)
        if not counter.is_full:
            count, etag = await self._read(counter)
            if count > counter.count:  # counts only grow, so a lower one is out of date
                counter.count, counter.etag = count, etag
        return counter.count

    def has_permit(self, window: Window) -> bool:
        """Whether this process may admit a request without a call."""
        counter = self._counters.get((window.partition, window.row))
        return counter is not None and counter.permits > 0

    def known(self, window: Window) -> int:
        """The used part of the quota, as far as this process knows without a call."""
        counter = self._counters.get((window.partition, window.row))
        return 0 if counter is None else counter.used

    async def is_first_to_tell(self, counter: tuple[str, str]) -> bool:
        """Return True for exactly one caller on all instances, until the window ends."""
        partition, row = counter
        return await self._table.insert({"PartitionKey": partition, "RowKey": f"{row}-told"})

    async def sweep(self, *, now: int, limit: int = SWEEP) -> int:
        """Remove at most `limit` counters of windows that ended on every instance's clock."""
        partition = partition_before(now - _CLOCKS_DIFFER_SECONDS)
        return await remove_before(self._table, partition, limit=limit)

    async def _take(self, counters: Sequence[Counter], *, ahead: bool) -> bool:
        lost = 0
        while lost < _ATTEMPTS:
            with permits_at_hand(counters) as at_hand:
                rest = [one for one in counters if one not in at_hand.counters]
                taken = await self._take_rest(rest, ahead=ahead)
                at_hand.keep = taken is Taken.ALL
            if taken in (Taken.ALL, Taken.FULL):
                return taken is Taken.ALL
            lost += taken is Taken.LOST
        raise StorageUnavailable  # other processes won every race

    async def _take_rest(self, counters: Sequence[Counter], *, ahead: bool) -> "Taken":
        """Take a permit of each of the counters that had none, by one write."""
        async with AsyncExitStack() as held:
            for counter in sorted(counters, key=lambda one: one.window.row):  # prevents deadlocks
                await held.enter_async_context(counter.held())
            if any(counter.is_full for counter in counters):
                return Taken.FULL
            # The request that had the lock has taken some for us. A permit needs no lock, and a
            # counter that many requests share must not be locked while another row is written.
            if any(counter.permits for counter in counters):
                return Taken.LATER
            if not counters or await self._write(counters, ahead=ahead):
                for counter in counters:
                    counter.permits -= 1
                return Taken.ALL
            await asyncio.gather(*(self._lost(counter) for counter in counters))
            return Taken.LOST

    async def _write(self, counters: Sequence[Counter], *, ahead: bool) -> bool:
        amounts = [counter.wanted(ahead=ahead) for counter in counters]
        counts = [one.count + amount for one, amount in zip(counters, amounts, strict=True)]
        rows = [(one.row(count), one.etag) for one, count in zip(counters, counts, strict=True)]
        etags = await self._table.write(rows)
        if etags is None:
            return False
        for counter, amount, count, etag in zip(counters, amounts, counts, etags, strict=True):
            counter.written(count, etag, taken=amount)
        return True

    async def _lost(self, counter: Counter) -> None:
        counter.lost(*await self._read(counter))

    async def _read(self, counter: Counter) -> tuple[int, str | None]:
        window = counter.window
        row = await self._table.get(window.partition, window.row, select=["Count"])
        return (0, None) if row is None else (row["Count"], version(row))

    def _counter(self, window: Window) -> Counter:
        key = window.partition, window.row
        counter = self._counters.pop(key, None) or Counter(window)
        self._counters[key] = counter  # the least recently used one is dropped first
        if len(self._counters) > _REMEMBERED_ROWS:
            del self._counters[next(iter(self._counters))]
        return counter
