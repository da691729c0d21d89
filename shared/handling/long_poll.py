"""Answers that wait for a change (RFC 7240 section 4.3).

A request that waits takes no place of those that work (`shared.handling.capacity`), except while it
reads. Few may wait at the same time in one process; all others are answered at once.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator

import azure.functions as func

from shared.errors import Overloaded
from shared.handling import capacity

AT_ONCE = 16
LONGEST_WAIT = 20
"""In seconds. Proxies give up later."""
_PAUSES = (0.5, 1, 1, 1.5, 2, 2, 3, 3, 3, 3)

_WAIT = re.compile(r"(?:^|[,;])\s*wait\s*=\s*\"?(\d{1,6})\"?\s*(?=[,;]|$)", re.IGNORECASE)

type Sleep = Callable[[float], Awaitable[object]]


def read_wait(req: func.HttpRequest) -> int:
    """For how many seconds the client would wait for the answer. 0 if it did not say so: nobody is
    refused for a preference."""
    found = _WAIT.search(req.headers.get("prefer", ""))
    return min(int(found[1]), LONGEST_WAIT) if found else 0


class Waiters:
    def __init__(self, most: int = AT_ONCE, *, sleep: Sleep = asyncio.sleep) -> None:
        self._most = most
        self._waiting = 0
        self._sleep = sleep

    async def wait_for(self, is_over: Callable[[], Awaitable[bool]], *, seconds: int) -> None:
        """Return when it is over or the time is, or at once if too many wait."""
        if self._waiting >= self._most:
            return
        self._waiting += 1
        try:
            for pause in _pauses(seconds):
                await self._sleep(pause)
                if await _ask(is_over):
                    return
        finally:
            self._waiting -= 1


async def _ask(is_over: Callable[[], Awaitable[bool]]) -> bool:
    try:
        with capacity.REQUESTS.take():
            return await is_over()
    except Overloaded:
        return False


def _pauses(seconds: int) -> Iterator[float]:
    """They become longer, and last as long as the wait together."""
    left = float(seconds)
    for pause in _PAUSES:
        if left <= 0:
            return
        yield min(pause, left)
        left -= pause


WAITERS = Waiters()
