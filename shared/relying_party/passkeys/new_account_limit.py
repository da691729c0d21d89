"""How many new accounts of strangers are under way at once.

A new account takes its places within the limits before it is stored, and gives them back if nothing
comes of it, as when its name is taken. They go to whoever asks the same process next; for other
instances they are used. So what failures waste at an instance is no more than what was under way
there at once: this bounds it.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

AT_ONCE = 8
"""In a process."""
AT_ONCE_OF_AN_ADDRESS = 2


class NewAccountLimit:
    def __init__(self) -> None:
        self._all = asyncio.Semaphore(AT_ONCE)
        self._of: dict[str, asyncio.Semaphore] = {}
        self._present = Counter[str]()

    @asynccontextmanager
    async def turn(self, address: str | None) -> AsyncIterator[None]:
        """Wait for a turn. Nobody is sent away: the challenge is claimed, and answers only once."""
        if address is None:
            async with self._all:
                yield
            return
        # Of its own first, so that those who wait behind one address hold nobody else's turn.
        async with self._turn_of(address), self._all:
            yield

    @asynccontextmanager
    async def _turn_of(self, address: str) -> AsyncIterator[None]:
        own = self._of.setdefault(address, asyncio.Semaphore(AT_ONCE_OF_AN_ADDRESS))
        self._present[address] += 1
        try:
            async with own:
                yield
        finally:
            self._present[address] -= 1
            if not self._present[address]:
                del self._present[address], self._of[address]
