"""A counter as one process knows it, with the permits that the process has not used yet."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto

from shared.errors import StorageUnavailable
from shared.rate_limits.policy import Subject
from shared.rate_limits.windows import Window
from shared.storage.tables.table import Entity

_AHEAD = 32


@dataclass(slots=True, eq=False)
class Counter:
    """The last known state of a row, and the unused permits of this process."""

    window: Window
    count: int = 0
    etag: str | None = None
    permits: int = 0
    waiting: int = 0
    share: int = 0
    """How many permits the next write takes in addition."""
    outages: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def is_full(self) -> bool:
        # Counts only grow, so a row that was full is still full.
        return not self.permits and self.count >= self.window.limit.quota

    @property
    def is_shared(self) -> bool:
        """Whether it counts all requests of the deployment."""
        return self.window.limit.subject is Subject.TENANT

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
        extra = min(self.share, quota // _AHEAD) if ahead and self.count < quota // 2 else 0
        return min(1 + self.waiting + extra, quota - self.count)

    def row(self, count: int) -> Entity:
        keys = {"PartitionKey": self.window.partition, "RowKey": self.window.row}
        return keys | {"Count": count}

    def written(self, count: int, etag: str, *, taken: int) -> None:
        # Not added to the present count: another request may have read the row meanwhile.
        self.count, self.etag = count, etag
        self.permits += taken

    def lost(self, count: int, etag: str | None) -> None:
        """Another process changed the row. The next write takes much ahead, so that not every
        request has to race. This is not so for the row that all share, as each new process loses
        its first race there."""
        self.count, self.etag = count, etag
        if not self.is_shared:
            self.share = self.window.limit.quota

    def kept(self) -> None:
        """A permit is used for good. Of the row that all share, as many are taken ahead."""
        if self.is_shared:
            self.share += 1


class Taken(Enum):
    ALL = auto()
    FULL = auto()
    LATER = auto()
    """There are permits now."""
    LOST = auto()
    """Another process changed a row meanwhile."""


@dataclass(slots=True)
class AtHand:
    counters: Sequence[Counter]
    keep: bool = False


@contextmanager
def permits_at_hand(counters: Sequence[Counter]) -> Iterator[AtHand]:
    """Take a permit of each counter that has one. They are given back unless they are kept."""
    at_hand = AtHand([counter for counter in counters if counter.permits])
    for counter in at_hand.counters:
        counter.permits -= 1
    try:
        yield at_hand
    finally:
        if not at_hand.keep:
            for counter in at_hand.counters:
                counter.permits += 1
