"""Limits how many new accounts of strangers are made concurrently.

A new account takes its places within the rate limits before it is stored. If it fails, as when its
name is taken, it gives them back. The next request to the same process gets them; for other
instances they stay used. So an instance never wastes more places on failures than it had
concurrent requests, and this module limits those.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

AT_ONCE = 8
"""The most in one process."""
AT_ONCE_OF_AN_ADDRESS = 2


class NewAccountLimit:
    def __init__(self) -> None:
        self._all = asyncio.Semaphore(AT_ONCE)
        self._of: dict[str, asyncio.Semaphore] = {}
        self._present = Counter[str]()

    @asynccontextmanager
    async def turn(self, address: str | None) -> AsyncIterator[None]:
        """Wait for a turn. No request is refused here, as its challenge is already claimed."""
        if address is None:
            async with self._all:
                yield
            return
        # The turn of the address comes first, so that its waiting requests block no other address.
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
