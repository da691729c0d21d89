"""Telling that a limit is used up: a flood of requests must not be a flood of events.

One event for each window of whatever the limit counts, such as a whole /64 of addresses. Whoever
first inserts a row beside the counter tells it, so instances need not know of one another. A
process that ends between the two leaves that window untold; what cannot be told is refused all the
same.
"""

from contextlib import suppress

from shared.audit.event import Actor, Kind, Outcome
from shared.errors import StorageUnavailable, TooManyRequests
from shared.recording.audit_recorder import AuditRecorder
from shared.storage.limits import LimitStore

_REMEMBERED = 1000


class LimitEvents:
    def __init__(self, trail: AuditRecorder, counters: LimitStore) -> None:
        self._trail = trail
        self._counters = counters
        self._told: dict[tuple[str, str], None] = {}

    async def tell(self, error: TooManyRequests, actor: Actor | None = None) -> None:
        """At most one call, and the event, for each window that this process remembers. `actor` is
        whom the limit counts, if that is a caller who is known."""
        if error.counter in self._told:
            return
        self._told[error.counter] = None
        if len(self._told) > _REMEMBERED:
            del self._told[next(iter(self._told))]
        with suppress(StorageUnavailable):
            if await self._counters.is_first_to_tell(error.counter):
                await self._trail.record(
                    Kind.RATE_LIMIT_HIT,
                    Outcome.FAILURE,
                    actor=actor,
                    target=actor,
                    facts={"limit": error.policy, "quota": error.quota},
                )
