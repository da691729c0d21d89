"""How many requests a process handles at the same time. It refuses all others immediately.

Requests share one core, so each further one delays all others. The host may pass on any number of
them. Without a limit all would wait, at last longer than their senders do, and the process would
work for nobody.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from shared.errors import Overloaded

logger = logging.getLogger("touchstone.http")

AT_ONCE = 64
"""If each needs 6 ms of a core, they take 0.4 s together, and 1.5 s on a quarter of a core.
Azure starts a further instance when one has `httpConcurrency` requests, which the templates keep
from being more than this."""
HEALTH_AT_ONCE = 16
"""Separate, so that a busy process is not taken for a broken one."""


class Places:
    """A request takes a place until it is answered."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._taken = 0
        self._is_refusing = False

    @contextmanager
    def take(self) -> Iterator[None]:
        """Raises Overloaded if all places are taken."""
        if self._taken >= self._number:
            self._report()
            raise Overloaded
        self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1
            self._is_refusing = self._is_refusing and self._taken > self._number // 2

    def _report(self) -> None:
        """Once until half of the places are free. A line for each would be costly."""
        if not self._is_refusing:
            self._is_refusing = True
            logger.warning("overloaded: %d requests at once, others are refused", self._number)


REQUESTS = Places(AT_ONCE)
HEALTH = Places(HEALTH_AT_ONCE)
