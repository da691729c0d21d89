"""Hashes access passes as they were typed, and leaves processor time to other requests.

A guess costs about 40 ms of a core, and anybody may send one for any name. So one thread of a
process hashes, and a few redemptions may wait for it, two of them from one address. All others are
answered with Busy. Other requests need little time and are answered meanwhile.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

from shared.access_passes.access_pass import hash_pass
from shared.errors import Busy

AT_ONCE = 1
"""This leaves one of two cores, or half of a single one."""
PLACES = 32
"""Redemptions in a process, with those that wait. The last one waits for 1.3 s."""
PLACES_OF_AN_ADDRESS = 2
"""The limit for one address, so that most places stay free for others."""


class PassHashing:
    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="pass")
        self._taken = 0
        self._taken_by = Counter[str]()

    @contextmanager
    def place(self, address: str | None) -> Iterator[None]:
        """Take a place for the whole redemption, before any read or write. Raises Busy."""
        whose = Counter(() if address is None else (address,))
        if self._taken >= PLACES or any(
            self._taken_by[each] >= PLACES_OF_AN_ADDRESS for each in whose
        ):
            raise Busy
        self._taken += 1
        self._taken_by += whose
        try:
            yield
        finally:
            self._taken -= 1
            self._taken_by -= whose  # removes addresses that have no place

    async def hash(self, typed: str, *, salt: bytes) -> bytes:
        work = partial(hash_pass, typed, salt=salt)
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)
