"""People approve by gestures that are bound to the statement, or one of them refuses.

What is required of the person is asked again at the finish, from the row of their account. If
somebody else is faster, it is asked once more, and the gesture counts if it still may.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from shared.access.approvals.approval import Part, Refusal, Status, purpose_of
from shared.access.approvals.facts import facts_of
from shared.access.approvals.proof import GestureProof, write_proof
from shared.access.approvals.statement import check_text
from shared.access_broker.approvals.changing import TRIES, ApprovalChanges
from shared.access_broker.approvals.given_gesture import GivenGesture
from shared.access_broker.approvals.looking import Look, Looking, Standing
from shared.access_broker.approvals.senders import Bearer
from shared.accounts.handles import locate_handle
from shared.audit.event import Kind
from shared.audit.statement import Statement
from shared.errors import NotFound
from shared.principals import AccountHolder
from shared.recording.audit_recorder import AuditRecorder
from shared.relying_party.callers.client import Client
from shared.relying_party.gestures.bound_gesture import BoundGesture
from shared.relying_party.passkeys.assertion_verification import ProvenAssertion
from shared.relying_party.passkeys.ceremony_options import CeremonyOptions
from shared.storage.access.approvals import ApprovalStore, Proof
from shared.storage.accounts.accounts import AccountStore
from shared.webauthn.responses import AuthenticationResponse


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    looking: Looking
    store: ApprovalStore
    changes: ApprovalChanges
    gesture: BoundGesture
    accounts: AccountStore
    recorder: AuditRecorder
    clock: Callable[[], datetime]

    async def begin(
        self, approval_id: str, *, by: AccountHolder, client: Client
    ) -> CeremonyOptions:
        """Raises TokenInvalid, NotFound, ApprovalOver, ApprovalLapsed, AccessObstructed,
        TooManyRequests."""
        look = await self.looking.look(approval_id, by=by)
        purpose = _purpose(look, look.require_part())
        locator = locate_handle(look.person.handle)
        return await self.gesture.begin(purpose, locator=locator, client=client)

    async def finish(
        self,
        approval_id: str,
        response: AuthenticationResponse,
        *,
        by: AccountHolder,
        client: Client,
    ) -> None:
        """Raises the errors of `begin`; CeremonyNotFound if the challenge is over or for something
        else; AuthenticationRejected, ConcurrentUse."""
        look = await self.looking.look(approval_id, by=by)
        part = look.require_part()
        async with self.gesture.finish(
            response,
            _purpose(look, part),
            kind=Kind.APPROVAL_GIVEN,
            facts=facts_of(look.approval) | {"part": part.value},
            elsewhere=[self.store.partition],
            client=client,
        ) as proven:
            given = GivenGesture(
                proven=proven, part=part, person=look.person.handle, at=self.clock()
            )
            given.check(look)
            content = await self._content(proven)
            await self.gesture.note_use(proven)
            await proven.attempt.commit(partial(self._give, given, content, look))

    async def refuse(self, approval_id: str, *, reason: str | None, by: AccountHolder) -> None:
        """By one of those who may approve, also by one who has. Raises TokenInvalid, NotFound,
        ApprovalOver, MalformedRequest, ConcurrentUse."""
        if reason is not None:
            check_text("reason", reason)
        look = await self.looking.look(approval_id, by=by)
        if look.standing is not Standing.APPROVER:
            raise NotFound
        facts = facts_of(look.approval)
        refusal = Refusal(
            by=look.person.handle, username=look.person.username, reason=reason, at=self.clock()
        )
        async with self.recorder.attempt(Kind.APPROVAL_REFUSED, actor=by, facts=facts) as attempt:
            await self.changes.make(
                attempt, look.stored, lambda was: was.refused(refusal), of={Status.PENDING}
            )

    async def withdraw(self, approval_id: str, *, by: Bearer) -> None:
        """By who asked, until it is used. Raises TokenInvalid, NotFound, ApprovalOver,
        ConcurrentUse."""
        look = await self.looking.look(approval_id, by=by)
        if look.standing is not Standing.ASKER:
            raise NotFound
        facts, at = facts_of(look.approval), self.clock()
        async with self.recorder.attempt(
            Kind.APPROVAL_WITHDRAWN, actor=look.person.handle, facts=facts
        ) as attempt:
            await self.changes.make(
                attempt,
                look.stored,
                lambda was: was.withdrawn(at=at),
                of={Status.PENDING, Status.APPROVED},
            )

    async def _content(self, proven: ProvenAssertion) -> bytes:
        record, response = proven.stored.record, proven.assertion.response
        proof = GestureProof(
            nonce=proven.assertion.issued.ceremony.nonce,
            credential_id=record.id,
            public_key=record.public_key,
            client_data_json=response.client_data.raw,
            authenticator_data=response.authenticator_data,
            signature=response.signature,
            registration=await self.accounts.find_evidence(record),
        )
        return write_proof(proof)

    async def _give(
        self, given: GivenGesture, content: bytes, look: Look, *, event: Statement
    ) -> bool:
        for _ in range(TRIES):
            approval = look.approval
            after = approval.with_gesture(given.gesture(event.id, content))
            proof = Proof(len(approval.gestures), content)
            if await self.store.change(look.stored, after, proof=proof, event=event):
                return True
            stored = await self.changes.find(approval.id)
            look = await self.looking.look_at(stored, look.person, sender=look.sender)
            look.require_part()
            given.check(look)
        return False


def _purpose(look: Look, part: Part) -> bytes:
    approval = look.approval
    return purpose_of(approval.id, part, look.person.handle, approval.statement)
