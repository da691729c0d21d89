"""A restore changes in the transaction of its event, and only if it is as it was when it was read.

So of any number of instances one makes each change, and nobody has to wait for another one.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from shared.access.restores.action import read_action
from shared.access.restores.record import Record, open_record, seal_record
from shared.access.restores.restore import Restore, Status
from shared.audit.event import Kind
from shared.audit.facts import Fact
from shared.errors import MalformedRequest, ProviderUnavailable
from shared.keys.current_keys import CurrentKeys
from shared.recording.actors import user
from shared.recording.audit_recorder import AuditRecorder
from shared.sealed import RANDOM_BYTES, SealInvalid
from shared.storage.access.restores import KeptRestore, RestoreStore, StoredRestore
from shared.storage.audit.statements import NoEvent

logger = logging.getLogger("touchstone.restores")

_TRIES = 5
_NO_EVENT = NoEvent("a step of a restore that neither begins nor ends it")


@dataclass(frozen=True, slots=True)
class Found:
    stored: StoredRestore
    record: Record

    @property
    def restore(self) -> Restore:
        return self.record.restore


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreChanges:
    store: RestoreStore
    keys: CurrentKeys
    recorder: AuditRecorder
    clock: Callable[[], datetime]
    random: Callable[[int], bytes]

    async def find(self, approval: str) -> Found | None:
        stored = await self.store.find(approval)
        return None if stored is None else await self.open(stored)

    async def open(self, stored: StoredRestore) -> Found | None:
        """Return None for a row that is not ours, or of another version of the service: no other
        restore must wait for it."""
        try:
            record = open_record(
                stored.sealed,
                stored.approval,
                now=self.clock(),
                sealing_keys=await self.keys.sealing_keys(),
            )
            read_action(record.order.details)
        except (SealInvalid, MalformedRequest, LookupError, TypeError, ValueError):
            logger.error("restore %s cannot be read: its row is not ours", stored.approval)
            return None
        return Found(stored, record)

    async def keep(self, record: Record) -> KeptRestore:
        restore = record.restore
        sealed = seal_record(
            record,
            random=self.random(RANDOM_BYTES),
            sealing_key=await self.keys.sealing_key(),
        )
        return KeptRestore(
            approval=restore.id,
            sealed=sealed,
            status=restore.status.value,
            due_at=restore.due_at,
            is_ended=restore.status.is_ended,
        )

    async def make(self, found: Found, restore: Restore) -> Found | None:
        """Return None if somebody else was faster."""
        record = replace(found.record, restore=restore)
        kept = await self.keep(record)
        kind = _kind_of(found.restore, restore)
        if kind is None:
            is_made = await self.store.change(found.stored, kept, event=_NO_EVENT)
        else:
            is_made = await self._make_with_event(found, record, kept, kind)
        if not is_made or restore.status.is_ended:
            return None
        after = await self.store.find(restore.id)
        # Otherwise somebody has gone on since then.
        is_ours = after is not None and after.sealed == kept.sealed
        return Found(after, record) if after is not None and is_ours else None

    async def settle(
        self, approval: str, change: Callable[[Restore], Restore | None]
    ) -> Found | None:
        """Make a change of what is there now, unless `change` returns None."""
        for _ in range(_TRIES):
            found = await self.find(approval)
            after = None if found is None or found.stored.is_ended else change(found.restore)
            if found is None or after is None:
                return None
            made = await self.make(found, after)
            if made is not None or after.status.is_ended:
                return made
        return None

    async def _make_with_event(
        self, found: Found, record: Record, kept: KeptRestore, kind: Kind
    ) -> bool:
        status = record.restore.status
        has_failed = status.is_ended and status is not Status.COMPLETED
        attempt = self.recorder.attempt(
            kind,
            actor=user(record.order.asker),
            facts=facts_of(record),
            reason=status.value if has_failed else None,
        )
        await attempt.announce(self.store.partition)
        event = attempt.failure(ProviderUnavailable()) if has_failed else attempt.success()
        is_made = await partial(self.store.change, found.stored, kept)(event=event)
        if not is_made:
            await attempt.withdraw()  # another instance did it
        return is_made


def facts_of(record: Record) -> dict[str, Fact]:
    """IDs, with which Azure's logs can be searched, and nothing that Azure wrote for people."""
    restore = record.restore
    found: dict[str, Fact | None] = {
        "approval": restore.id,
        "profile": record.order.profile,
        "request": restore.request_id,
        "correlation": restore.correlation,
        "job": restore.job,
        "status": restore.status.value,
        "code": None if restore.failure is None else restore.failure.code,
    }
    return {name: fact for name, fact in found.items() if fact is not None}


def _kind_of(before: Restore, after: Restore) -> Kind | None:
    if after.status.is_ended:
        return Kind.RESTORE_ENDED
    has_begun = after.status in (Status.ACCEPTED, Status.RUNNING)
    return Kind.RESTORE_STARTED if before.status is Status.POSTING and has_begun else None
