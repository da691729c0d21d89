"""Whoever asked uses the approval, and the restore begins.

Not by itself with the last approval: what replaces the disks of a machine begins when the person
who needs it says so, and whether they still may is asked at that moment.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.access.approvals.statement import profile_state_in, read_statement
from shared.access.profiles.profile import BackupRestore
from shared.access.restores.coverage import check_restore
from shared.access.restores.record import Order, Record
from shared.access.restores.restore import Restore, request_id_of
from shared.access_broker.approvals.looking import Looking
from shared.access_broker.approvals.senders import Bearer, Senders
from shared.access_broker.approvals.using import Usable, Using
from shared.access_broker.restores.changing import RestoreChanges
from shared.access_broker.restores.following import Following
from shared.errors import KeysUnavailable, MalformedRequest, NotFound, StorageUnavailable
from shared.storage.access.restores import RestoreStore

logger = logging.getLogger("touchstone.restores")


@dataclass(frozen=True, slots=True, kw_only=True)
class Starting:
    using: Using
    looking: Looking
    senders: Senders
    store: RestoreStore
    changes: RestoreChanges
    following: Following
    clock: Callable[[], datetime]

    async def use(self, approval: str, *, by: Bearer) -> Restore:
        """Who asked starts it. Raises TokenInvalid, NotFound, ApprovalLapsed, and as `start`."""
        sender = await self.senders.confirm(by)
        usable = await self.using.of_asker(approval, sender.handle, client=sender.client)
        return await self.start(usable)

    async def start(self, usable: Usable) -> Restore:
        """Use an approval up together with the intent, and send the request. Raises ApprovalOver,
        ConcurrentUse; StorageUnavailable, KeysUnavailable, after which the restore may have
        begun."""
        record = self._intent(usable)
        creation = self.store.creation(await self.changes.keep(record))
        await self.using.use(usable, also=[creation])
        await self._go_on(record.restore.id)
        found = await self.changes.find(record.restore.id)
        return record.restore if found is None else found.restore

    async def find(self, approval: str, *, by: Bearer) -> Restore:
        """For whoever may see the approval. Raises TokenInvalid, NotFound."""
        await self.looking.look(approval, by=by)
        found = await self.changes.find(approval)
        if found is None:
            raise NotFound
        return found.restore

    async def _go_on(self, approval: str) -> None:
        """The approval is used, so nothing that fails now may look like a refusal."""
        try:
            await self.following.go_on(approval)
        except (StorageUnavailable, KeysUnavailable) as error:
            logger.warning("restore %s is left to the timer: %s", approval, type(error).__name__)

    def _intent(self, usable: Usable) -> Record:
        """Raises MalformedRequest if the profile has another kind."""
        parameters = usable.profile.parameters
        if not isinstance(parameters, BackupRestore):
            raise MalformedRequest("The approval is for no restore.")
        now, details = self.clock(), read_statement(usable.approval.statement)["details"]
        check_restore(parameters, details)
        order = Order(
            profile=usable.profile.name,
            profile_state=profile_state_in(usable.approval.statement),
            asker=usable.approval.asker.handle,
            details=details,
            identity=parameters.identity,
            guard_requests=parameters.resource_guard,
            approvers=tuple(each.by for each in usable.approval.approvals),
        )
        approval = usable.approval.id
        restore = Restore(
            id=approval, request_id=request_id_of(approval), intended_at=now, due_at=now
        )
        return Record(order, restore)
