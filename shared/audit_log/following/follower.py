"""Goes through the sealed entries of the log in their order, once for each purpose.

A cursor has the place. It moves on after the entries were dealt with, so they are dealt with again
if an instance stops in between, and twice if two instances do it concurrently.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import batched

from shared.storage.audit.audit_log import AuditLog, Head
from shared.storage.audit.audit_rows import TILE, Leaf
from shared.storage.audit.cursors import Cursor, CursorStore
from shared.storage.tables.gather_limited import gather_limited

type Leaves = Mapping[int, Leaf]
"""By the numbers of their entries. Entries that cannot be read are missing."""
type DealWith = Callable[[Leaves, int], Awaitable[int]]
"""Gets entries and the number of the one behind them. Returns from which one on they are left for
a later run."""


class Follower:
    def __init__(
        self,
        cursor: str,
        *,
        log: AuditLog,
        head: Callable[[], Awaitable[Head]],
        cursors: CursorStore,
        clock: Callable[[], datetime],
        tiles: int,
    ) -> None:
        """`cursor` is its name among those of destinations. `tiles` are read in one step."""
        self._name = cursor
        self._log = log
        self._head = head
        self._cursors = cursors
        self._clock = clock
        self._tiles = tiles

    async def go_on(self, deal_with: DealWith, *, until: datetime) -> int:
        """Return how many entries were dealt with. No step begins after `until`.

        Raises StorageUnavailable, KeysUnavailable, LogInconsistent.
        """
        cursor, size, done = await self._cursors.load(self._name), (await self._head()).size, 0
        while cursor.next != size and self._clock() < until:
            moved = await self._step(deal_with, cursor, size)
            if moved == cursor:  # the others are for later
                break
            stored = await self._cursors.store(self._name, moved)
            if stored is None:  # another instance goes on
                break
            done += max(stored.next - cursor.next, 0)
            cursor = stored
        return done

    async def _step(self, deal_with: DealWith, cursor: Cursor, size: int) -> Cursor:
        if cursor.next > size:  # a log that was restored to an earlier state reuses numbers
            return replace(cursor, next=size)
        tiles = range(cursor.next - cursor.next % TILE, size, TILE)
        step = next(batched(tiles, self._tiles, strict=False))
        end = min(step[-1] + TILE, size)
        read = await gather_limited(self._read, [max(first, cursor.next) for first in step])
        leaves = {index: leaf for some in read for index, leaf in some.items() if index < end}
        return replace(cursor, next=await deal_with(leaves, end))

    async def _read(self, first: int) -> dict[int, Leaf]:
        return await self._log.leaves(first, limit=TILE)
