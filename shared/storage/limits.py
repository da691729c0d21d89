"""Counters that all instances share: one row for each window, with the count in it.

Azure Tables cannot increment, so a count is written under the ETag that it was computed from. A
process remembers the ETag of each row it wrote, which makes the next increment a single call; only
after losing a race to another process does it read. Requests that meet at one row in one process
go through one write: whoever holds the row takes a permit for each that waits behind.

How exact this is:

- `spend` never gives out more than the quota, whatever the number of processes: a permit exists
  only after the count that includes it was stored. A crash or a lost answer can waste permits,
  and so can giving one back to a process that nobody asks again.
- Processes that lose races over a row of which less than half is used take 1/32 of the quota
  ahead, so that not every request has to race. At the end of a window each process may hold so
  many unspent: with P processes the last P/32 of the quota may be refused too early.
- `add` counts every failure once, or twice if storage did it and its answer got lost. Between
  `count` and `add` other attempts may pass: `shared.rate_limits.failures` tells how many.
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
    """What this process knows of a row, and the permits that it took and nobody used yet."""

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
        # Counts only grow, so a count that is old says "full" truthfully.
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
            if self.outages != outages:  # a crowd would else wait for one time limit after another
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

        Windows that are spent together are in one partition. One call, and none if this process
        holds permits or knows that a window is full.
        """
        counters = [self._counter(window) for window in windows]
        admitted = await self._take(counters, ahead=True)
        return Tally(admitted=admitted, used=[counter.used for counter in counters])

    def give_back(self, windows: Sequence[Window]) -> None:
        """For this process to spend again. The rows stay as they are: that counts only grow is what
        lets every process refuse by what it knows."""
        for window in windows:
            if counter := self._counters.get((window.partition, window.row)):
                counter.permits += 1

    async def add(self, window: Window) -> None:
        """Count a failure. A full window stays as it is: more cannot follow from it."""
        await self._take([self._counter(window)], ahead=False)

    async def count(self, window: Window) -> int:
        """Read how much is counted: one call, and none if this process knows that it is full."""
        counter = self._counter(window)
        if not counter.is_full:
            count, etag = await self._read(counter)
            if count > counter.count:  # counts only grow, so a lower one was overtaken by a write
                counter.count, counter.etag = count, etag
        return counter.count

    def known(self, window: Window) -> int:
        """How much is used, as far as this process knows without asking."""
        counter = self._counters.get((window.partition, window.row))
        return 0 if counter is None else counter.used

    async def is_first_to_tell(self, counter: tuple[str, str]) -> bool:
        """Return True for one of any number of callers, on any instance, until the window ends."""
        partition, row = counter
        return await self._table.insert({"PartitionKey": partition, "RowKey": f"{row}-told"})

    async def sweep(self, *, now: int, limit: int = SWEEP) -> int:
        """Remove at most `limit` counters of windows that ended on every instance's clock."""
        partition = partition_before(now - _CLOCKS_DIFFER_SECONDS)
        return await remove_before(self._table, partition, limit=limit)

    async def _take(self, counters: Sequence[_Counter], *, ahead: bool) -> bool:
        async with AsyncExitStack() as held:
            for counter in sorted(counters, key=lambda one: one.window.row):  # against deadlocks
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
        raise StorageUnavailable  # other processes won every race: as good as no answer

    async def _write(self, counters: Sequence[_Counter], *, ahead: bool) -> bool:
        amounts = [counter.wanted(ahead=ahead) for counter in counters]
        counts = [one.count + amount for one, amount in zip(counters, amounts, strict=True)]
        rows = [(one.row(count), one.etag) for one, count in zip(counters, counts, strict=True)]
        etags = await self._table.write(rows)
        if etags is None:
            return False
        for counter, amount, count, etag in zip(counters, amounts, counts, etags, strict=True):
            # Not added to what is there now: somebody may have read the row in the meantime.
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
        self._counters[key] = counter  # at the end: what was used last is forgotten last
        if len(self._counters) > _REMEMBERED_ROWS:
            del self._counters[next(iter(self._counters))]
        return counter
