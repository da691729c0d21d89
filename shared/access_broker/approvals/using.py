"""An approval is used: once, by one instance, in the transaction of its event."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from shared.access.approvals.approval import Approval, Status
from shared.access.approvals.code import ApprovalCode, open_approval_code
from shared.access.approvals.facts import facts_of
from shared.access.profiles.eligibility import Person
from shared.access.profiles.profile import Kind as ProfileKind
from shared.access.profiles.profile import Profile
from shared.access_broker.approvals.grounds import GroundsFinder
from shared.access_broker.approvals.senders import Bearer, Senders
from shared.accounts.handles import UserHandle
from shared.audit.event import Kind
from shared.audit.facts import Fact
from shared.errors import ApprovalOver, ConcurrentUse, MalformedRequest, NotFound
from shared.keys.current_keys import CurrentKeys
from shared.recording.audit_recorder import AuditRecorder
from shared.sealed import SealInvalid
from shared.storage.access.approval_rows import StoredApproval
from shared.storage.access.approvals import ApprovalStore
from shared.storage.tables.table import Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class Usable:
    """An approval that may be used now."""

    stored: StoredApproval
    profile: Profile
    asker: Person

    @property
    def approval(self) -> Approval:
        return self.stored.approval


@dataclass(frozen=True, slots=True, kw_only=True)
class Using:
    store: ApprovalStore
    grounds: GroundsFinder
    keys: CurrentKeys
    recorder: AuditRecorder
    senders: Senders
    clock: Callable[[], datetime]

    async def by_code(self, text: str, *, thumbprint: str | None) -> Usable:
        """`thumbprint` is that of the key that the client proved to have, if it did.

        Raises NotFound for a code that is none of ours, has expired or is of another key;
        ApprovalOver, ApprovalLapsed.
        """
        code = await self._open(text)
        if code.thumbprint not in (None, thumbprint):
            raise NotFound
        usable = await self.of_asker(code.approval, code.asker)
        if usable.approval.asker.session != code.session:
            raise NotFound
        return usable

    async def of_asker(
        self, approval_id: str, asker: UserHandle, *, client: str | None = None
    ) -> Usable:
        """For a client, only what it asked for. Raises NotFound, ApprovalOver, ApprovalLapsed."""
        stored = await self.store.find(approval_id)
        if stored is None or stored.approval.asker.handle != asker:
            raise NotFound
        if client not in (None, stored.approval.asker.client):
            raise NotFound
        self._require_approved(stored)
        profile, person = (await self.grounds.of(stored.approval)).require()
        return Usable(stored=stored, profile=profile, asker=person)

    async def use_custom(self, approval_id: str, *, by: Bearer) -> Approval:
        """Of an action of a client's own: what it does then is its own affair. Raises the errors of
        `of_asker` and `use`; TokenInvalid, MalformedRequest for other kinds."""
        sender = await self.senders.confirm(by)
        usable = await self.of_asker(approval_id, sender.handle, client=sender.client)
        if usable.profile.kind is not ProfileKind.CUSTOM:
            raise MalformedRequest("An approval of this kind is used in another way.")
        return await self.use(usable)

    async def use(
        self,
        usable: Usable,
        *,
        kind: Kind = Kind.APPROVAL_USED,
        facts: dict[str, Fact] | None = None,
        also: Sequence[Operation] = (),
    ) -> Approval:
        """Return it as it is now. This is one transaction with an event of `kind` and with `also`,
        which are operations on other rows of `ApprovalStore.partition`.

        Exactly one of any number of callers returns. The others get ApprovalOver, or ConcurrentUse
        if it changed in another way. After StorageUnavailable it may be used up.
        """
        approval, details = usable.approval, facts_of(usable.approval) | (facts or {})
        actor = approval.asker.handle
        async with self.recorder.attempt(kind, actor=actor, facts=details) as attempt:
            await attempt.announce(self.store.partition)
            self._require_approved(usable.stored)
            used = approval.used(at=self.clock(), event=attempt.id)
            change = partial(self.store.change, usable.stored, used, also=also)
            if not await attempt.try_commit(change):
                self._require_approved(await self.store.find(approval.id))
                raise ConcurrentUse
        return used

    async def _open(self, text: str) -> ApprovalCode:
        try:
            return open_approval_code(
                text, now=self.clock(), sealing_keys=await self.keys.sealing_keys()
            )
        except SealInvalid as error:
            raise NotFound from error

    def _require_approved(self, stored: StoredApproval | None) -> None:
        if stored is None:
            raise NotFound
        status = stored.approval.status_at(self.clock())
        if status is not Status.APPROVED:
            raise ApprovalOver(status)
