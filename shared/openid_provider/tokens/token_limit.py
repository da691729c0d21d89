"""How often one person may get tokens for one thing: at a client by a code, or by a profile.

For programs that take each new token for one that is nearly over: a driver was seen to ask a
hundred times in a second. What a client refreshes is counted by its session, and a device needs a
gesture.

The first one in a window is not counted, so it costs no call. Each instance knows of its own only,
so it may serve one more than the limit says. The event of a limit that is used up names both.
"""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

from shared.accounts.handles import UserHandle
from shared.errors import TooManyRequests
from shared.rate_limits.limiter import RateLimiter
from shared.rate_limits.policy import Action
from shared.recording.actors import user
from shared.recording.limit_events import LimitEvents

_MOST_REMEMBERED = 10_000


class TokenLimit:
    def __init__(
        self, limiter: RateLimiter, events: LimitEvents, *, clock: Callable[[], datetime]
    ) -> None:
        self._limiter = limiter
        self._events = events
        self._clock = clock
        self._latest: dict[bytes, datetime] = {}

    async def spend(self, handle: UserHandle, **what: str) -> None:
        """`what` is `client` or `profile`, as in events. Raises TooManyRequests."""
        ((name, value),) = what.items()
        both = sha256(handle + f"{name}:{value}".encode()).digest()
        if not self._was_served(both):
            return
        try:
            await self._limiter.spend(Action.CLIENT_TOKEN, account=both)
        except TooManyRequests as error:
            await self._events.record(error, user(handle), facts={name: value})
            raise

    def _was_served(self, both: bytes) -> bool:
        """Within the last window. A clock that went back counts as no time at all."""
        now = self._clock()
        before = self._latest.pop(both, None)
        self._latest[both] = now
        if len(self._latest) > _MOST_REMEMBERED:
            del self._latest[next(iter(self._latest))]
        window = self._limiter.longest_window(Action.CLIENT_TOKEN)
        return before is not None and now - before <= window
