"""A source of keys that a test controls."""

import asyncio
from datetime import timedelta

from shared.keys.reading import ReadFailed

INTERVAL = 300


class Source:
    """Its readings have numbers; each waits while the source is held."""

    def __init__(self) -> None:
        self.readings = 0
        self.failure: Exception | None = None
        self._open = asyncio.Event()
        self._open.set()

    def hold(self) -> None:
        self._open.clear()

    def let_go(self) -> None:
        self._open.set()

    async def read(self) -> int:
        self.readings += 1
        await self._open.wait()
        if self.failure:
            raise self.failure
        return self.readings


def out_of_reach(*, retry_after: int = 5) -> ReadFailed:
    failure = ReadFailed(retry_after=timedelta(seconds=retry_after))
    failure.__cause__ = ConnectionError("https://somewhere")
    return failure
