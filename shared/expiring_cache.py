"""A cache with a limited size and lifetime. Concurrent callers share one load of a key.

The value that was not asked for the longest leaves first, so that values in use stay.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta


class ExpiringCache[K, V]:
    def __init__(
        self,
        *,
        size: int,
        lifetime: timedelta | Callable[[V], timedelta],
        clock: Callable[[], datetime],
    ) -> None:
        """`lifetime` is the same for all values, or follows from each."""
        self._size = size
        self._lifetime = lifetime
        self._clock = clock
        self._values: dict[K, tuple[datetime, V]] = {}
        self._loading: dict[K, asyncio.Task[V]] = {}

    async def get(
        self, key: K, load: Callable[[], Awaitable[V]], *, read_since: datetime | None = None
    ) -> V:
        """An error of `load` is raised to all callers that wait for it, and is not cached. A value
        from before `read_since` is read again; if that fails, it stays."""
        kept = self._find(key, read_since)
        if kept is not None:
            return kept[1]
        if key not in self._loading:
            self._loading[key] = asyncio.create_task(self._load(key, load))
            self._loading[key].add_done_callback(_ignore_error)
        return await asyncio.shield(self._loading[key])

    def forget(self, key: K) -> None:
        self._values.pop(key, None)

    def knows(self, key: K, *, read_since: datetime | None = None) -> bool:
        """Whether the value would be returned without a load."""
        return self._find(key, read_since) is not None

    def _find(self, key: K, read_since: datetime | None) -> tuple[datetime, V] | None:
        kept = self._values.pop(key, None)
        if kept is None:
            return None
        self._values[key] = kept  # at the end again
        if read_since is not None and kept[0] < read_since:
            return None
        return kept if self._is_fresh(*kept) else None

    def _is_fresh(self, read_at: datetime, value: V) -> bool:
        """Not if the clock went back, as it was corrected then."""
        lifetime = (
            self._lifetime if isinstance(self._lifetime, timedelta) else self._lifetime(value)
        )
        return read_at <= self._clock() < read_at + lifetime

    async def _load(self, key: K, load: Callable[[], Awaitable[V]]) -> V:
        began_at = self._clock()
        try:
            value = await load()
            self._values.pop(key, None)
            while len(self._values) >= self._size:
                del self._values[next(iter(self._values))]
            self._values[key] = (began_at, value)
            return value
        finally:
            del self._loading[key]


def _ignore_error[V](task: asyncio.Task[V]) -> None:
    """Asyncio warns of an error that nobody reads: all callers that waited may have given up."""
    if not task.cancelled():
        task.exception()
