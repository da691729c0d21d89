"""Assertions that this process has accepted. If one is sent again, it was copied.

Each process has its own memory, and nothing is stored: a copy can be used once at each other
instance while it is valid. That gains little. What an assertion goes with counts once by itself (a
code, a refresh token, a device code), or may be repeated (to push a request, to ask about a token,
to revoke one). A grant that gives tokens for an assertion alone would need a row for each.
"""

from collections import OrderedDict
from threading import Lock

_MOST = 20_000


class SeenAssertions:
    """The most that are remembered. Beyond it, the oldest are forgotten early."""

    def __init__(self, most: int = _MOST) -> None:
        self._seen: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._most = most
        self._lock = Lock()

    def is_new(self, client_id: str, assertion_id: str, *, expires_at: float, now: float) -> bool:
        """Whether the assertion was not seen before. It is remembered from now on."""
        which = client_id, assertion_id
        with self._lock:
            if self._seen.get(which, now) > now:
                return False
            self._seen[which] = expires_at
            self._seen.move_to_end(which)
            self._forget(now)
            return True

    def _forget(self, now: float) -> None:
        while self._seen:
            oldest = next(iter(self._seen.values()))
            if oldest > now and len(self._seen) <= self._most:
                return
            self._seen.popitem(last=False)
