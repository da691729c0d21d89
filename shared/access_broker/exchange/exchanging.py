"""A person's token becomes one for the resource of a profile.

The token counts once for a profile. All that a profile demands is compared before with what the
account is now, not with what a token says.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any

from shared.access.profiles.profile import Profile
from shared.access_broker.approvals.asking import Asking, Wanted
from shared.access_broker.approvals.grounds import ProfileFinder
from shared.access_broker.exchange.admission import admit, unknown_profile
from shared.access_broker.exchange.answers import described
from shared.access_broker.exchange.approved import ApprovedExchange
from shared.access_broker.exchange.giving import Exchanged, Gift, Givers, Granted
from shared.access_broker.exchange.subjects import Presented, Subject, Subjects
from shared.access_broker.people import person_of
from shared.audit.event import Kind
from shared.errors import GrantRefused, MalformedRequest, NotFound
from shared.errors.exchange import ExchangeRefused
from shared.json_shape import parse_json
from shared.openid_provider.tokens.token_limit import TokenLimit
from shared.recording.attempt import Attempt
from shared.recording.audit_recorder import AuditRecorder
from shared.recording.event_details import EventDetails
from shared.storage.access.exchanged import ExchangedTokens
from shared.storage.challenges import shard_of_digest


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenExchange:
    subjects: Subjects
    profiles: ProfileFinder
    limit: TokenLimit
    store: ExchangedTokens
    givers: Givers
    approved: ApprovedExchange
    asking: Asking
    recorder: AuditRecorder
    issuer: str
    clock: Callable[[], datetime]

    async def exchange(self, presented: Presented) -> Exchanged:
        """Raises MalformedRequest, GrantRefused, ExchangeRefused, AccessUnmet, TooManyRequests."""
        if presented.request.is_approval_code:
            return await self.approved.exchange(presented)
        subject = await self.subjects.find(presented)
        name = presented.request.profile
        digest = sha256(f"{subject.token_id} {name}".encode()).digest()
        details = _details(subject, presented)
        async with self.recorder.attempt(
            Kind.ACCESS_GRANTED, shard=shard_of_digest(digest), **details
        ) as attempt:
            profile, gift = await self._admitted(subject, presented, attempt)
            await self.limit.spend(subject.handle, profile=profile.name)
            granted = Granted(
                profile=profile,
                person=person_of(subject.owner.account),
                client=presented.client,
                expires_at=subject.delegation.expires_at,
                actor=subject.delegation.act,
            )
            use_up = partial(self._use_up, digest, subject.expires_at, attempt)
            return await gift.give(granted, attempt, use_up)

    async def _admitted(
        self, subject: Subject, presented: Presented, attempt: Attempt
    ) -> tuple[Profile, Gift[Any]]:
        request, client = presented.request, presented.client
        profile = await self.profiles.find(request.profile)
        with described(attempt):
            if profile is None:
                raise unknown_profile()
            client_id = None if client is None else client.id
            admit(profile, subject, client_id=client_id, now=self.clock())
            gift = self.givers.of(profile)
            attempt.add_details(facts={"profile": profile.name})
            gift.check_scope(request.scope)
            if profile.needs_approval:
                raise await self._to_be_approved(profile, subject, presented)
        return profile, gift

    async def _to_be_approved(
        self, profile: Profile, subject: Subject, presented: Presented
    ) -> ExchangeRefused:
        """An approval is asked for if the request says what for."""
        request = presented.request
        name, text = "approval_required", "Have it approved at approve_url, and send its code."
        says_what = request.authorization_details is not None or request.reason is not None
        if subject.holder is None or not says_what:
            return ExchangeRefused(name, text, members={"approve_url": f"{self.issuer}/requests"})
        wanted = Wanted(
            profile=profile.name,
            details=_read_details(request.authorization_details),
            reason=request.reason,
        )
        try:
            approval = await self.asking.ask(wanted, by=subject.holder, client=presented.sender)
        except NotFound as error:
            raise unknown_profile() from error
        members = {"approve_url": f"{self.issuer}/approve#{approval.id}", "approval": approval.id}
        return ExchangeRefused(name, text, members=members)

    async def _use_up(self, digest: bytes, expires_at: int, attempt: Attempt) -> None:
        claim = partial(self.store.claim, digest, expires_at=expires_at)
        if not await attempt.announce_by(claim):
            attempt.add_details(reason="subject_token_used")
            raise GrantRefused(
                "invalid_grant", "This token was exchanged for the profile before. Get a new one."
            )


def _read_details(text: str | None) -> object:
    try:
        return None if text is None else parse_json(text)
    except ValueError as error:
        raise MalformedRequest("authorization_details is not JSON.") from error


def _details(subject: Subject, presented: Presented) -> EventDetails:
    client = presented.client
    return EventDetails(
        actor=subject.owner.account if subject.actor is None else subject.actor,
        target=subject.owner.account,
        session=subject.sender.session,
        credential=subject.sender.record(subject.owner),
        facts={} if client is None else {"client": client.id},
    )
