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
- `add` counts every failure once, or twice if storage did it and its answer was lost. Between
  `count` and `add` other attempts may pass: `shared.rate_limits.failures` explains how many.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field

from shared.errors import StorageUnavailable
from shared.rate_limits.windows import Tally, Window, partition_before
from shared.storage.tables.expired import SWEEP, remove_before
from shared.storage.tables.table import Entity, version
from shared.storage.tables.versioned import VersionedTable

_ATTEMPTS = 8
_AHEAD = 32
_REMEMBERED_ROWS = 10_000
_CLOCKS_DIFFER_SECONDS = 300


@dataclass(slots=True, eq=False)
class _Counter:
    """The last known state of a row, and the unused permits of this process."""

    window: Window
    count: int = 0
    etag: str | None = None
    permits: int = 0
    waiting: int = 0
    raced: bool = False
    outages: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def is_full(self) -> bool:
        # Counts only grow, so a row that was full is still full.
        return not self.permits and self.count >= self.window.limit.quota

    @property
    def used(self) -> int:
        return self.count - self.permits

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        outages = self.outages
        self.waiting += 1
        try:
            await self.lock.acquire()
        finally:
            self.waiting -= 1
        try:
            if self.outages != outages:  # else each waiter would wait for a timeout in turn
                raise StorageUnavailable
            with self._noticing_outages():
                yield
        finally:
            self.lock.release()

    @contextmanager
    def _noticing_outages(self) -> Iterator[None]:
        try:
            yield
        except StorageUnavailable:
            self.outages += 1
            raise

    def wanted(self, *, ahead: bool) -> int:
        quota = self.window.limit.quota
        extra = quota // _AHEAD if ahead and self.raced and self.count < quota // 2 else 0
        return min(1 + self.waiting + extra, quota - self.count)

    def row(self, count: int) -> Entity:
        keys = {"PartitionKey": self.window.partition, "RowKey": self.window.row}
        return keys | {"Count": count}


class LimitStore:
    def __init__(self, table: VersionedTable) -> None:
        self._table = table
        self._counters: dict[tuple[str, str], _Counter] = {}

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

    async def _take(self, counters: Sequence[_Counter], *, ahead: bool) -> bool:
        async with AsyncExitStack() as held:
            for counter in sorted(counters, key=lambda one: one.window.row):  # prevents deadlocks
                await held.enter_async_context(counter.held())
            for _ in range(_ATTEMPTS):
                if any(counter.is_full for counter in counters):
                    return False
                dry = [counter for counter in counters if not counter.permits]
                if not dry or await self._write(dry, ahead=ahead):
                    for counter in counters:
                        counter.permits -= 1
                    return True
                await asyncio.gather(*(self._lost(counter) for counter in dry))
        raise StorageUnavailable  # other processes won every race

    async def _write(self, counters: Sequence[_Counter], *, ahead: bool) -> bool:
        amounts = [counter.wanted(ahead=ahead) for counter in counters]
        counts = [one.count + amount for one, amount in zip(counters, amounts, strict=True)]
        rows = [(one.row(count), one.etag) for one, count in zip(counters, counts, strict=True)]
        etags = await self._table.write(rows)
        if etags is None:
            return False
        for counter, amount, count, etag in zip(counters, amounts, counts, etags, strict=True):
            # Not added to the present count: another request may have read the row meanwhile.
            counter.count, counter.etag = count, etag
            counter.permits += amount
        return True

    async def _lost(self, counter: _Counter) -> None:
        counter.raced = True
        counter.count, counter.etag = await self._read(counter)

    async def _read(self, counter: _Counter) -> tuple[int, str | None]:
        window = counter.window
        row = await self._table.get(window.partition, window.row, select=["Count"])
        return (0, None) if row is None else (row["Count"], version(row))

    def _counter(self, window: Window) -> _Counter:
        key = window.partition, window.row
        counter = self._counters.pop(key, None) or _Counter(window)
        self._counters[key] = counter  # the least recently used one is dropped first
        if len(self._counters) > _REMEMBERED_ROWS:
            del self._counters[next(iter(self._counters))]
        return counter
