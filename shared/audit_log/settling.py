"""When it is certain what came of an attempt.

An event that tells of a change is sealed only when its request is over: until then it may be taken
back, and a repetition whose answer was lost looks for it. An attempt of which nothing is heard is
given up after that time, behind tombstones. All ages are by the clock of storage, as that of an
instance may be wrong.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from shared.storage.audit.audit_outbox import AuditOutbox, Pending
from shared.storage.audit.event_ids import EventIds
from shared.storage.tables.gather_limited import gather_limited

SETTLING = timedelta(minutes=2)
"""The host ends a request after one minute, and a storage call with its repetitions takes ten
seconds at most."""
_OVER = timedelta(minutes=20)
"""After what its ID says, a request is over even if the clock of its instance was ten minutes off,
as far as storage takes requests at all. So nobody holds a notice up by writing it anew."""
_PUT_BACK = timedelta(hours=1)


class Settling:
    def __init__(
        self, outbox: AuditOutbox, event_ids: EventIds, *, settling_time: timedelta = SETTLING
    ) -> None:
        """`settling_time` is how long an attempt may take to its outcome. It is given up after two
        minutes at least."""
        self._outbox = outbox
        self._event_ids = event_ids
        self._settling_time = settling_time
        self._given_up_after = max(settling_time, SETTLING)

    async def read(self, *, limit: int, after: Pending | None) -> tuple[list[Pending], datetime]:
        """What may be ready, and when that was asked."""
        now = await self._outbox.now()
        before = now - self._settling_time
        pending = await self._outbox.read(
            limit=limit, noticed_before=before, recorded_before=now - _OVER, after=after
        )
        return pending, now

    async def ready(self, pending: Sequence[Pending], *, now: datetime) -> list[Pending]:
        """Those of which it is certain what came of them, with that."""

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
        if await self._event_ids.find(notice.id):  # it came once more, after all was sealed
            return notice
        tombstones = self._outbox.tombstones
        if await tombstones.put(notice.statement, notice.places, now=now):
            return notice
        return await self._outbox.find_change(notice)


def is_put_back(pending: Pending) -> bool:
    """Whether the row was written so long after its event that no request did that: somebody put it
    there again, as the ID of an event that was sealed may be claimed by nobody any more."""
    return pending.written - pending.recorded > _PUT_BACK
