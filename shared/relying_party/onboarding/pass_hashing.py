"""Hashing what is typed for an access pass, without taking the processor from others.

A guess costs some 40 ms of a core, and a stranger may send one for any name. So one thread of a
process hashes, and a few redemptions may wait for it, of one address two. Whoever comes then is
told to come again, and begins and sign-ins, which need next to nothing, are answered meanwhile.
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
"""Of two cores that leaves one, and of one core, as it is shared, half."""
PLACES = 32
"""Redemptions under way in a process, those that wait included: 1.3 s for the last one."""
PLACES_OF_AN_ADDRESS = 2
"""So that one address, and those behind it, leave most places to others."""


class PassHashing:
    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="pass")
        self._taken = 0
        self._taken_by = Counter[str]()

    @contextmanager
    def place(self, address: str | None) -> Iterator[None]:
        """For a whole redemption, and taken before it asks or writes anything. Raises Busy."""
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
            self._taken_by -= whose  # and forgets who has none left

    async def hash(self, typed: str, *, salt: bytes) -> bytes:
        work = partial(hash_pass, typed, salt=salt)
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)
