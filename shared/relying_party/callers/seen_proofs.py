"""Proofs that this process has seen. If one is sent again, it was copied (RFC 9449 section 11.1).

All addresses are checked, with `/token` and the finish of a sign-in. Each process has its own
memory. So a proof that was copied with its token can be used once at each other instance while it
is fresh, and only for the method, address and token that it names.
"""

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock

from shared.sessions.dpop import LEEWAY_SECONDS, WINDOW_SECONDS, Proof

_KEPT = 2 * timedelta(seconds=WINDOW_SECONDS + LEEWAY_SECONDS)
_MOST = 20_000


class SeenProofs:
    """The most that are remembered. Beyond it, the oldest are forgotten early."""

    def __init__(self, most: int = _MOST) -> None:
        self._seen: OrderedDict[tuple[str, str], datetime] = OrderedDict()
        self._most = most
        self._lock = Lock()

    def is_new(self, proof: Proof, *, now: datetime) -> bool:
        """Whether the proof was not seen before. It is remembered from now on."""
        with self._lock:
            self._forget(now)
            which = (proof.thumbprint, proof.id)
            if which in self._seen:
                return False
            self._seen[which] = now
            return True

    def _forget(self, now: datetime) -> None:
        while self._seen:
            oldest = next(iter(self._seen.values()))
            if now - oldest <= _KEPT and len(self._seen) < self._most:
                return
            self._seen.popitem(last=False)
