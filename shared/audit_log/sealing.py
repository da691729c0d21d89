"""Sealing: events in the outbox become entries of the log, under a signed checkpoint.

Any number of instances may seal concurrently, and each may stop at any moment. The log gives each
number once. If several instances append at the same place, one continues and the others stop.
An instance first finishes what others left: entries that were appended and are not under the head
yet, and rows of the outbox that are in the log already. Only then it reads the outbox. The ID of
each event is claimed before it is appended (`shared.storage.audit.event_ids`). So no event is in
the log twice, even if its row is written to the outbox late.

Before all that, the log is checked (`shared.audit_log.trusted_log`). Of the outbox, only events
that the service recorded are sealed. Rows that somebody else wrote to the tables are not signed.
They stay in the outbox, and are counted.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from shared.audit.statement import StatementKey
from shared.audit_log.contradictions import Contradiction
from shared.audit_log.destinations.outside_checkpoint import NoOutsideCheckpoint, OutsideCheckpoint
from shared.audit_log.head_signing import HeadSigning
from shared.audit_log.settling import Settling
from shared.audit_log.tidying import Tidying
from shared.audit_log.trusted_log import EXTENDED, TrustedLog
from shared.storage.audit.audit_log import AuditLog, Head
from shared.storage.audit.audit_outbox import AuditOutbox, Pending
from shared.storage.audit.audit_rows import next_batch
from shared.storage.audit.event_ids import EventIds, InTheWay

logger = logging.getLogger("touchstone.audit")

_READ = 1000
_OVERDUE = timedelta(minutes=10)
_NOWHERE = NoOutsideCheckpoint()


class Sealing:
    def __init__(
        self,
        *,
        settling: Settling,
        tidying: Tidying,
        head_signing: HeadSigning,
        outbox: AuditOutbox,
        log: AuditLog,
        event_ids: EventIds,
        trusted_log: TrustedLog,
        statement_key: Callable[[], Awaitable[StatementKey]],
        clock: Callable[[], datetime],
    ) -> None:
        """`statement_key` tags entries that are not under a checkpoint yet."""
        self._settling = settling
        self._tidying = tidying
        self._head_signing = head_signing
        self._outbox = outbox
        self._log = log
        self._event_ids = event_ids
        self._trusted_log = trusted_log
        self._statement_key = statement_key
        self._clock = clock
        self.contradiction: Contradiction | None = None
        """The rows that the last complete run left in the outbox: the service did not record them,
        or their event is in the log with another outcome."""

    async def seal(self, *, until: datetime, outside: OutsideCheckpoint = _NOWHERE) -> int:
        """Seal the events that are ready, and return their number. No batch begins after `until`.

        Raises StorageUnavailable, KeysUnavailable; the next run continues. Raises LogInconsistent,
        with nothing done, if the log is not the signed one.
        """
        with self._trusted_log.reporting(EXTENDED):
            return await self._seal(until, outside)

    async def _seal(self, until: datetime, outside: OutsideCheckpoint) -> int:
        head, left = await self._take_up(outside)
        if head is None:
            return 0
        before, refused, last, more = head.size, 0, None, True
        while head is not None and more and self._clock() < until:
            pending, now = await self._settling.read(limit=_READ, after=last)
            ready, strangers = await self._sort(pending, now)
            refused += strangers
            while ready and head is not None and self._clock() < until:
                batch, ready = self._next(head, ready)
                head, conflicts = await self._append(head, batch)
                refused += conflicts
            more, last = len(pending) == _READ, pending[-1] if pending else None
        if not more:
            self._report(refused)
        if head is None:
            return 0
        if head.size > before or left:
            await self._head_signing.conclude(head)
        return head.size - before

    async def find_left(self) -> Contradiction | None:
        """The rows that this process left in the outbox. If there are none, look for rows
        that have waited too long, in one round trip, even if another instance seals."""
        if self.contradiction is not None:
            return self.contradiction
        before = self._clock() - _OVERDUE
        waiting = await self._outbox.written_before(before, limit=1)
        if not waiting:
            return None
        return Contradiction(
            what="something has not been sealed for a long time", since=waiting[0].written
        )

    def _report(self, refused: int) -> None:
        if not refused:
            self.contradiction = None
            return
        what = (
            f"{refused} rows in the outbox that the service did not record, "
            "or recorded differently, or long ago"
        )
        logger.error("the audit log contradicts itself, and does not accept %s", what)
        since = self.contradiction.since if self.contradiction else self._clock()
        self.contradiction = Contradiction(what=what, since=since)

    async def _sort(
        self, pending: Sequence[Pending], now: datetime
    ) -> tuple[Sequence[Pending], int]:
        """The events that can be sealed, in order, and how many rows the service did not record."""
        recorded = await self._trusted_log.accepted(pending)
        ready = await self._settling.ready(recorded, now=now)
        accepted = await self._trusted_log.accepted(ready)
        strangers = len(pending) - len(recorded) + len(ready) - len(accepted)
        return sorted(accepted, key=lambda each: each.order), strangers

    def _next(
        self, head: Head, ready: Sequence[Pending]
    ) -> tuple[Sequence[Pending], Sequence[Pending]]:
        size = len(next_batch(head.size, [each.statement for each in ready]))
        return ready[:size], ready[size:]

    async def _append(self, head: Head, batch: Sequence[Pending]) -> tuple[Head | None, int]:
        """Return the new head, or none if another instance is sealing; and how many events are in
        the log with another outcome. These stay in the outbox."""
        try:
            sealed = await self._event_ids.claim(head.size, [each.statement for each in batch])
        except InTheWay:
            return None, 0
        repeated = [each for each in batch if each.id in sealed]
        conflicts = await self._tidying.remove_agreeing(repeated, sealed)
        fresh = [each for each in batch if each.id not in sealed]
        new = await self._append_fresh(head, fresh) if fresh else head
        return new, conflicts

    async def _append_fresh(self, head: Head, batch: Sequence[Pending]) -> Head | None:
        key = await self._statement_key()
        statements = [replace(each.statement, key=key) for each in batch]
        if not await self._log.append(head.size, statements):
            return None
        new = await self._head_signing.advance(head, statements)
        if new is None:
            return None
        await self._outbox.remove(batch)
        return replace(new, tidy=new.size)

    async def _take_up(self, outside: OutsideCheckpoint) -> tuple[Head | None, bool]:
        """Finish what another instance left, and return whether there was something.

        Returns no head if that instance is still sealing.
        """
        head: Head | None = await self._trusted_log.head(outside)
        while head is not None:
            left = await self._trusted_log.unfinished(head)
            if left is None:
                break
            if not left:
                return await self._tidying.tidy(head), head.tidy < head.size
            head = await self._head_signing.advance(head, [each.statement for each in left])
        return None, False
