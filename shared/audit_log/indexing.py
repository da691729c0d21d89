"""Indexing: sealed entries are noted by the accounts that they are about.

A cursor has the end of the index. It moves on after the rows are written, and a search for a person
also reads the entries after it. So nothing is missing, even if an earlier version of the service
seals entries or an instance stops at any point. A log from before the index existed is indexed
later, some thousand entries at a time.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from itertools import batched

from shared.storage.audit.audit_log import AuditLog, Head
from shared.storage.audit.audit_rows import TILE, Leaf
from shared.storage.audit.cursors import Cursor, CursorStore
from shared.storage.audit.people_index import PeopleIndex
from shared.storage.tables.gather_limited import AT_ONCE, gather_limited

CURSOR = "people"
"""Its name among those of destinations."""


class Indexing:
    def __init__(
        self,
        index: PeopleIndex,
        *,
        log: AuditLog,
        head: Callable[[], Awaitable[Head]],
        cursors: CursorStore,
        clock: Callable[[], datetime],
    ) -> None:
        self._index = index
        self._log = log
        self._head = head
        self._cursors = cursors
        self._clock = clock

    async def go_on(self, *, until: datetime) -> int:
        """Return how many entries were read. No step begins after `until`.

        Raises StorageUnavailable, KeysUnavailable, LogInconsistent.
        """
        cursor, size, done = await self._cursors.load(CURSOR), (await self._head()).size, 0
        while cursor.next != size and self._clock() < until:
            moved = await self._step(cursor, size)
            stored = await self._cursors.store(CURSOR, moved)
            if stored is None:  # another instance indexes too
                break
            done += max(stored.next - cursor.next, 0)
            cursor = stored
        return done

    async def _step(self, cursor: Cursor, size: int) -> Cursor:
        if cursor.next > size:  # a log that was restored to an earlier state reuses numbers
            return replace(cursor, next=size)
        tiles = range(cursor.next - cursor.next % TILE, size, TILE)
        step = next(batched(tiles, AT_ONCE, strict=False))
        end = min(step[-1] + TILE, size)
        read = await gather_limited(self._read, [max(first, cursor.next) for first in step])
        leaves = {index: leaf for some in read for index, leaf in some.items() if index < end}
        await self._index.keep(leaves)
        return replace(cursor, next=end)

    async def _read(self, first: int) -> dict[int, Leaf]:
        return await self._log.leaves(first, limit=TILE)
