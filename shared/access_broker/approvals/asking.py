"""A person asks for an action. Only who may ask by the profile gets a row."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from shared.access.approvals.approval import Approval, Asker
from shared.access.approvals.details import read_details
from shared.access.approvals.facts import facts_of
from shared.access.approvals.statement import AskedBy, AskedProfile, Request, write_statement
from shared.access.profiles.documents import state_of
from shared.access.profiles.eligibility import asked_database
from shared.access.profiles.profile import Profile
from shared.access_broker.admission import admit_sender
from shared.access_broker.approvals.grounds import ProfileFinder
from shared.access_broker.approvals.senders import Bearer, Sender, Senders
from shared.access_broker.people import person_of
from shared.audit.event import Kind
from shared.audit.event_id import EVENT_ID_RANDOM_BYTES, new_event_id
from shared.audit.facts import Fact
from shared.errors import ApprovalLimitReached, ConcurrentUse, MalformedRequest
from shared.rate_limits.limiter import RateLimiter
from shared.rate_limits.policy import Action
from shared.recording.audit_recorder import AuditRecorder
from shared.relying_party.callers.client import Client
from shared.storage.access.approvals import ApprovalStore
from shared.storage.accounts.accounts import StoredAccount
from shared.webauthn.public_keys.identity import identify_key

LONGEST_REASON = 500
MOST_OPEN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    profile: str
    details: object
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    service: str
    """Our issuer."""
    store: ApprovalStore
    profiles: ProfileFinder
    senders: Senders
    limiter: RateLimiter
    recorder: AuditRecorder
    clock: Callable[[], datetime]
    random: Callable[[int], bytes]

    async def ask(self, wanted: Wanted, *, by: Bearer, client: Client) -> Approval:
        """Raises TokenInvalid; NotFound, also for a profile that is not for this person;
        StepUpRequired, AccessObstructed, MalformedRequest, ApprovalLimitReached,
        TooManyRequests."""
        # Before the attempt: refusals of nobody in particular have no limit in the log.
        (sender, owner), profile = await asyncio.gather(
            self.senders.confirm_owner(by), self.profiles.find(wanted.profile)
        )
        async with self.recorder.attempt(
            Kind.APPROVAL_REQUESTED, actor=owner.account, session=sender.session
        ) as attempt:
            await self.limiter.spend(Action.APPROVAL, account=sender.handle)
            profile = admit_sender(profile, owner, sender, now=self.clock())
            if not profile.needs_approval:
                raise MalformedRequest("This profile needs no approval.")
            approval = self._approval(wanted, profile, owner, by=sender, client=client)
            attempt.add_details(facts=_facts(approval))
            await self._require_room(approval)
            await attempt.announce(self.store.partition)
            if not await attempt.try_commit(partial(self.store.add, approval)):
                raise ConcurrentUse
        return approval

    def _approval(
        self,
        wanted: Wanted,
        profile: Profile,
        owner: StoredAccount,
        *,
        by: Sender,
        client: Client,
    ) -> Approval:
        _check_reason(profile, wanted.reason)
        now, account = self.clock(), owner.account
        request = Request(
            id=new_event_id(now, sequence=0, random=self.random(EVENT_ID_RANDOM_BYTES)),
            service=self.service,
            profile=AskedProfile(
                name=profile.name,
                title=profile.title,
                kind=profile.kind.value,
                state=state_of(profile),
            ),
            details=read_details(profile, wanted.details),
            reason=wanted.reason,
            asker=AskedBy(
                handle=account.handle,
                username=account.username,
                display_name=account.display_name,
                client=by.client,
                address=client.address if by.client is None else None,
            ),
            created_at=now.replace(microsecond=0),
            expires_at=now.replace(microsecond=0) + profile.approval_lifetime,
            lifetime_seconds=int(profile.lifetime.total_seconds()),
            database=asked_database(profile, person_of(account)),
        )
        return Approval(
            id=request.id,
            statement=write_statement(request),
            profile=profile.name,
            asker=Asker(
                handle=account.handle,
                username=account.username,
                session=by.session,
                thumbprint=by.thumbprint,
                client=by.client,
                keys=frozenset(identify_key(each.public_key) for each in owner.records),
            ),
            approvers=profile.approvers.number,
            bound_gesture=profile.asker_confirms,
            created_at=request.created_at,
            expires_at=request.expires_at,
            webhooks=len(profile.webhooks),
        )

    async def _require_room(self, approval: Approval) -> None:
        """Several that are asked for at the same moment may all find room."""
        now = self.clock()
        found = await self.store.open_of(approval.asker.handle, now=now)
        if sum(each.expires_at > now for each in found) >= MOST_OPEN:
            raise ApprovalLimitReached


def _check_reason(profile: Profile, reason: str | None) -> None:
    if reason is not None and len(reason) > LONGEST_REASON:
        raise MalformedRequest(f"reason may have {LONGEST_REASON} characters.")
    if profile.reason_required and (reason is None or not reason.strip()):
        raise MalformedRequest("reason is required for this profile.")


def _facts(approval: Approval) -> dict[str, Fact]:
    asked_by = approval.asker.client
    return facts_of(approval) | ({} if asked_by is None else {"client": asked_by})
