"""Carries out erasures that are due.

Any number of instances may do so concurrently. Each may stop at any moment, and the next one
continues. Before the first step, all events from before the request became due must be sealed:
events in the outbox would keep their personal parts.

A row alone erases nothing. The log must have the request and its confirmation, and must not have
its end.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from shared.audit.event import Kind
from shared.audit_log.erasure.grounds import ErasureGrounds
from shared.audit_log.erasure.log_pass import LogPass
from shared.audit_log.trusted_log import TrustedLog
from shared.errors import LogInconsistent, NotPermitted
from shared.keys.current_keys import CurrentKeys
from shared.recording.actors import SERVICE, user
from shared.recording.attempt import Attempt
from shared.recording.audit_recorder import AuditRecorder
from shared.relying_party.callers.callers import Callers
from shared.storage.audit.audit_outbox import AuditOutbox
from shared.storage.audit.erasures import Erasure, ErasureStore

logger = logging.getLogger("touchstone.audit")

_READ = 1000
LOST_ROLE = "requester_lost_role"


class ErasureRun:
    def __init__(
        self,
        *,
        callers: Callers,
        trusted_log: TrustedLog,
        grounds: ErasureGrounds,
        log_pass: LogPass,
        erasures: ErasureStore,
        outbox: AuditOutbox,
        keys: CurrentKeys,
        recorder: AuditRecorder,
        clock: Callable[[], datetime],
    ) -> None:
        self._callers = callers
        self._trusted_log = trusted_log
        self._grounds = grounds
        self._log_pass = log_pass
        self._erasures = erasures
        self._outbox = outbox
        self._keys = keys
        self._recorder = recorder
        self._clock = clock

    async def carry_out(self, *, until: datetime) -> int:
        """Continue each erasure that is due, and return how many were finished. No step begins
        after `until`.

        Raises StorageUnavailable, KeysUnavailable.
        """
        erasures = await self._erasures.all()
        if not erasures:
            return 0
        await self._tag_anew(erasures)
        now = await self._outbox.now()
        due = [each for each in erasures if each.due_at <= now]
        return sum([await self._try(each, until) for each in due])

    async def _tag_anew(self, erasures: Iterable[Erasure]) -> None:
        """Tag rows with the current key. A request waits for longer than an old checkpoint key
        stays enabled beside a new one. An erasure that is due now continues in a minute, as this
        changes the version of its row."""
        key = await self._keys.statement_key()
        for each in erasures:
            if each.key_id != key.id:
                await self._erasures.note(each)

    async def _try(self, erasure: Erasure, until: datetime) -> bool:
        """An entry that cannot be read delays one erasure, and not the others."""
        try:
            return await self._go_on(erasure, until)
        except LogInconsistent as error:
            logger.error("the audit log contradicts itself, and delays an erasure: %s", error)
            return False

    async def _go_on(self, erasure: Erasure, until: datetime) -> bool:
        at: Erasure | None = erasure if erasure.begun else await self._begin(erasure)
        while at is not None and at.next < (at.size or 0):
            if self._clock() >= until:
                return False
            at = await self._log_pass.step(at)
        return at is not None and await self._finish(at)

    async def _begin(self, erasure: Erasure) -> Erasure | None:
        """None if it must not begin now, or another instance has begun it."""
        # Also until the row was written, as an intruder may have put the row back.
        if await self._waits(max(erasure.due_at, erasure.written)):
            return None
        head = await self._trusted_log.signed_head()
        if not await self._grounds.hold(erasure, head):
            return None
        if not await self._is_by_administrators(erasure):
            await self._give_up(erasure)
            return None
        return await self._erasures.note(replace(erasure, size=head.size))

    async def _waits(self, before: datetime) -> bool:
        """Whether an earlier event is not sealed yet. Events that the service did not record are
        never sealed, so they are ignored."""
        pending = await self._outbox.written_before(before, limit=_READ)
        return len(pending) == _READ or bool(await self._trusted_log.accepted(pending))

    async def _is_by_administrators(self, erasure: Erasure) -> bool:
        """Whether the people who decided it are still administrators."""
        decided = [erasure.requested_by, erasure.confirmed_by]
        people = [each.someone for each in decided if each]
        return all([await self._callers.still_administers(someone) for someone in people])

    async def _finish(self, erasure: Erasure) -> bool:
        """Replace the request by the event of the erasure."""
        attempt = self._attempt(erasure)
        attempt.add_details(facts={"entries": erasure.entries, "named": erasure.named})
        await attempt.announce(self._erasures.partition)
        removed = await self._erasures.remove(erasure, event=attempt.success())
        if not removed:  # another instance was faster
            await attempt.withdraw()
        return removed

    async def _give_up(self, erasure: Erasure) -> None:
        attempt = self._attempt(erasure)
        attempt.add_details(reason=LOST_ROLE)
        await attempt.announce(self._erasures.partition)
        refused = attempt.failure(NotPermitted())
        if not await self._erasures.remove(erasure, event=refused):
            await attempt.withdraw()

    def _attempt(self, erasure: Erasure) -> Attempt:
        return self._recorder.attempt(
            Kind.PERSON_ERASED,
            actor=SERVICE,
            target=user(erasure.person),
            facts={"request": erasure.id},
        )
