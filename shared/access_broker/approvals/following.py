"""What people see of approvals: one, all that concern them, and the receipt."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from shared import base64url
from shared.access.approvals.approval import Approval, Status
from shared.access.approvals.code import LONGEST_LIFE, ApprovalCode, seal_approval_code
from shared.access.approvals.kept import write_state
from shared.access.approvals.receipt import ProofMissing, events_of, write_receipt
from shared.access.profiles.documents import state_of
from shared.access.profiles.profile import Kind, Profile
from shared.access_broker.approvals.looking import Look, Looking, Standing
from shared.access_broker.approvals.senders import Bearer
from shared.errors import StorageUnavailable
from shared.keys.current_keys import CurrentKeys
from shared.openid.clients import command_line
from shared.sealed import RANDOM_BYTES
from shared.storage.access.approvals import ApprovalStore

type ProveSealed = Callable[[Sequence[str]], Awaitable[Mapping[str, Any] | None]]
"""The newest checkpoint of the log, and the entries of these events under it, each with its proof.
None as long as there are none. It raises no error: no receipt is refused for the log."""

_WITHOUT_CODE = (Kind.CUSTOM, Kind.AZURE_BACKUP_RESTORE)
"""Their approvals are used in another way than at the token endpoint."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)  # a repr would show the code
class Followed:
    look: Look
    code: str | None
    """For who asked, once it is approved."""

    @property
    def version(self) -> str:
        """Changes with whatever is shown of the approval, except the code."""
        look = self.look
        shown = [write_state(look.approval), look.status, look.standing, look.grounds.lapse or ""]
        return base64url.encode(sha256("\n".join(shown).encode()).digest()[:16])


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    asked: Sequence[Approval]
    """By this person within a week, the latest first. If they are very many, the latest only."""
    waiting: Sequence[Approval]
    """Those that this person may approve now, the oldest first."""
    profiles: Mapping[str, Profile]
    """Those of all these, each by its state: what a statement names by another one has changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    looking: Looking
    store: ApprovalStore
    keys: CurrentKeys
    clock: Callable[[], datetime]
    random: Callable[[int], bytes]
    prove_sealed: ProveSealed

    async def one(self, approval_id: str, *, by: Bearer) -> Followed:
        """Raises TokenInvalid, NotFound."""
        look = await self.looking.look(approval_id, by=by)
        return Followed(look=look, code=await self._code(look))

    async def has_changed(self, followed: Followed) -> bool:
        """One point read. Its time may be over without a change."""
        stored = await self.store.find(followed.look.approval.id)
        return stored is None or stored.etag != followed.look.stored.etag

    async def all(self, *, by: Bearer) -> Listed:
        """A client sees only what it asked for. Our command line sees what waits for the person,
        too, as it opens our page for it. Raises TokenInvalid."""
        (sender, person), now = await self.looking.person(by), self.clock()
        asked = await self.store.asked_by(person.handle, now=now)
        if sender.client is not None:
            asked = [each for each in asked if each.asker.client == sender.client]
        if sender.client not in (None, command_line.ID):
            return await self._listed(asked[::-1], [])
        waiting = await self.store.pending(now=now)
        for_me = [
            approval
            for approval in waiting
            if approval.status_at(now) is Status.PENDING
            and await self.looking.may_approve(approval, person)
        ]
        return await self._listed(asked[::-1], for_me)

    async def _listed(self, asked: Sequence[Approval], waiting: Sequence[Approval]) -> Listed:
        """The profiles are in memory, or one read."""
        names = {each.profile for each in (*asked, *waiting)}
        found = [await self.looking.grounds.profiles.find(name) for name in sorted(names)]
        profiles = {state_of(each): each for each in found if each is not None}
        return Listed(asked=asked, waiting=waiting, profiles=profiles)

    async def receipt(self, approval_id: str, *, by: Bearer) -> dict[str, Any]:
        """Raises TokenInvalid, NotFound; StorageUnavailable if others changed what is kept."""
        look = await self.looking.look(approval_id, by=by)
        approval, status = look.approval, look.status
        proofs, checkpoint = await asyncio.gather(
            self.store.proofs(approval_id), self.prove_sealed(events_of(approval))
        )
        try:
            return write_receipt(approval, proofs, status=status, checkpoint=checkpoint)
        except ProofMissing as error:
            raise StorageUnavailable from error

    async def _code(self, look: Look) -> str | None:
        profile, asker, sender = look.grounds.profile, look.approval.asker, look.sender
        has_asked = (sender.session, sender.thumbprint, sender.client) == (
            asker.session,
            asker.thumbprint,
            asker.client,
        )
        if profile is None or look.standing is not Standing.ASKER or not has_asked:
            return None
        if look.grounds.lapse or look.status is not Status.APPROVED:
            return None
        if profile.kind in _WITHOUT_CODE:
            return None
        code = ApprovalCode(
            approval=look.approval.id,
            asker=asker.handle,
            session=asker.session,
            thumbprint=asker.thumbprint,
        )
        return seal_approval_code(
            code,
            expires_at=self._end_of_code(look.approval, profile),
            random=self.random(RANDOM_BYTES),
            sealing_key=await self.keys.sealing_key(),
        )

    def _end_of_code(self, approval: Approval, profile: Profile) -> datetime:
        life = min(LONGEST_LIFE, profile.lifetime)
        return min(self.clock() + life, approval.expires_at)
