"""Decides when the outcome of an attempt is certain.

The event of a change is sealed only when its request is over. Until then the event may be removed
again, and a repeated call whose first answer was lost looks for it. An attempt without an outcome
is given up after that time, and tombstones are written. All ages use the clock of storage, as that
of an instance may be wrong.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from shared.storage.audit.audit_outbox import AuditOutbox, Pending
from shared.storage.audit.event_ids import EventIds
from shared.storage.tables.gather_limited import gather_limited

SETTLING = timedelta(minutes=2)
"""The host ends a request after one minute. A storage call with its repetitions takes ten seconds
at most."""
_OVER = timedelta(minutes=20)
"""After this time, counted from the time in the event's ID, a request is over. This is so even if
the clock of its instance was ten minutes off; storage refuses requests whose clock is further off.
So a notice cannot be delayed by writing it again."""
_PUT_BACK = timedelta(hours=1)


class Settling:
    def __init__(
        self, outbox: AuditOutbox, event_ids: EventIds, *, settling_time: timedelta = SETTLING
    ) -> None:
        """`settling_time` is the time that an attempt may take until its outcome. An attempt is
        given up after two minutes at the earliest."""
        self._outbox = outbox
        self._event_ids = event_ids
        self._settling_time = settling_time
        self._given_up_after = max(settling_time, SETTLING)

    async def read(self, *, limit: int, after: Pending | None) -> tuple[list[Pending], datetime]:
        """Return the events that may be ready, and the time of this query."""
        now = await self._outbox.now()
        before = now - self._settling_time
        pending = await self._outbox.read(
            limit=limit, noticed_before=before, recorded_before=now - _OVER, after=after
        )
        return pending, now

    async def ready(self, pending: Sequence[Pending], *, now: datetime) -> list[Pending]:
        """Return the events whose outcome is certain, with the outcome."""

        async def settle(one: Pending) -> Pending | None:
            looked = await self._outbox.find_change(one)
            if looked.found or not one.places:
                return looked
            if now - one.written < self._given_up_after and now - one.recorded < _OVER:
                return None
            return await self._give_up(one, now)

        settled = await gather_limited(settle, pending)
        return [each for each in settled if each]

    async def _give_up(self, notice: Pending, now: datetime) -> Pending:
        if await self._event_ids.find(notice.id):  # the row was written again after sealing
            return notice
        tombstones = self._outbox.tombstones
        if await tombstones.put(notice.statement, notice.places, now=now):
            return notice
        return await self._outbox.find_change(notice)


def is_put_back(pending: Pending) -> bool:
    """Whether the row was written so long after its event that no request can have written it.
    Somebody put it back, and by then nothing may claim the ID of an event that was sealed."""
    return pending.written - pending.recorded > _PUT_BACK
