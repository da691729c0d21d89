"""Records that a limit is used up, so that a flood of requests is no flood of events.

There is one event for each window of a counter. One counter may count a whole /64 of addresses. The
first instance that inserts a row beside the counter records the event. If the process stops between
the two, that window has no event. If recording fails, the request is still refused.
"""

from collections.abc import Mapping
from contextlib import suppress

from shared.audit.event import Actor, Kind, Outcome
from shared.audit.facts import Fact
from shared.errors import StorageUnavailable, TooManyRequests
from shared.recording.event_writer import EventWriter
from shared.storage.limits import LimitStore

_REMEMBERED = 1000


class LimitEvents:
    def __init__(self, writer: EventWriter, counters: LimitStore) -> None:
        self._writer = writer
        self._counters = counters
        self._recorded: dict[tuple[str, str], None] = {}

    async def record(
        self,
        error: TooManyRequests,
        actor: Actor | None = None,
        *,
        facts: Mapping[str, Fact] | None = None,
    ) -> None:
        """Make at most one call, and write the event, for each window that this process remembers.
        `actor` is the caller whom the limit counts, if known. `facts` say what else it counts."""
        if error.counter in self._recorded:
            return
        self._recorded[error.counter] = None
        if len(self._recorded) > _REMEMBERED:
            del self._recorded[next(iter(self._recorded))]
        with suppress(StorageUnavailable):
            if await self._counters.is_first_to_tell(error.counter):
                await self._writer.record(
                    Kind.RATE_LIMIT_HIT,
                    Outcome.FAILURE,
                    actor=actor,
                    target=actor,
                    facts={"limit": error.policy, "quota": error.quota, **(facts or {})},
                )
