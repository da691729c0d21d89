"""A person's token becomes one of Entra for the resource of a profile.

The subject token counts once for a profile: using it up and the notice are one transaction, before
Entra is asked. So of two requests with one token exactly one gets anything, and if the process
stops before Entra has answered, the log has the attempt. All that a profile demands is compared
before with what the account is now, not with what a token says.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Protocol
from uuid import UUID

from shared import base64url
from shared.access.exchange.assertion import Assertion, sign_assertion, subject_of
from shared.access.exchange.entra_errors import EntraRefused
from shared.access.profiles.profile import EntraAccess, Profile
from shared.access_broker.exchange.admission import admit, record_of
from shared.access_broker.exchange.answers import described, refusal_of, traced
from shared.access_broker.exchange.subjects import Presented, Subject, Subjects
from shared.audit.event import Kind
from shared.entra.entra_tokens import EntraToken, EntraTokens, Wanted
from shared.errors import GrantRefused
from shared.errors.exchange import ExchangeRefused
from shared.keys.current_keys import CurrentKeys
from shared.openid_provider.tokens.token_limit import TokenLimit
from shared.recording.attempt import Attempt
from shared.recording.audit_recorder import AuditRecorder
from shared.recording.event_details import EventDetails
from shared.storage.access.exchanged import ExchangedTokens
from shared.storage.challenges import shard_of_digest

_ID_BYTES = 16
_SECONDS = 300
"""The longest life of an assertion."""


class ProfileFinder(Protocol):
    async def find(self, name: str) -> Profile | None: ...


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)  # a repr would show the token
class Exchanged:
    token: EntraToken
    id: str
    """With which the assertion's `jti` begins, and that of the event."""
    scope: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenExchange:
    subjects: Subjects
    profiles: ProfileFinder
    limit: TokenLimit
    store: ExchangedTokens
    entra: Callable[[], EntraTokens]
    recorder: AuditRecorder
    keys: CurrentKeys
    issuer: str
    clock: Callable[[], datetime]
    random: Callable[[int], bytes]

    async def exchange(self, presented: Presented) -> Exchanged:
        """Raises GrantRefused, ExchangeRefused, AccessUnmet, TooManyRequests."""
        subject = await self.subjects.find(presented)
        name = presented.request.profile
        digest = sha256(f"{subject.token_id} {name}".encode()).digest()
        details = _details(subject, presented)
        async with self.recorder.attempt(
            Kind.ACCESS_GRANTED, shard=shard_of_digest(digest), **details
        ) as attempt:
            profile, access = await self._admitted(subject, presented, attempt)
            await self.limit.spend(subject.handle, profile=profile.name)
            return await self._grant(profile, access, subject, digest, attempt)

    async def _admitted(
        self, subject: Subject, presented: Presented, attempt: Attempt
    ) -> tuple[Profile, EntraAccess]:
        request, client = presented.request, presented.client
        profile = await self.profiles.find(request.profile)
        with described(attempt):
            access = admit(
                profile,
                subject,
                client_id=None if client is None else client.id,
                now=self.clock(),
            )
            if profile is None:
                raise AssertionError  # admitted
            attempt.add_details(facts={"profile": profile.name})
            if request.scope is not None and request.scope != access.scope:
                raise ExchangeRefused(
                    "invalid_scope", f"The scope of this profile is {access.scope}."
                )
            if profile.needs_approval:
                raise ExchangeRefused(
                    "approval_required",
                    "Ask for an approval at approve_url, and send its code.",
                    members={"approve_url": f"{self.issuer}/approvals"},
                )
        return profile, access

    async def _grant(
        self,
        profile: Profile,
        access: EntraAccess,
        subject: Subject,
        digest: bytes,
        attempt: Attempt,
    ) -> Exchanged:
        token_id = base64url.encode(self.random(_ID_BYTES))
        correlation_id = str(UUID(bytes=self.random(_ID_BYTES), version=4))
        # Before the token is used up: without a key Entra would not be asked.
        sign = await self._signer(profile, access, subject, token_id)
        attempt.add_details(token=token_id, facts={"correlation": correlation_id})
        claim = partial(self.store.claim, digest, expires_at=subject.expires_at)
        if not await attempt.announce_by(claim):
            attempt.add_details(reason="subject_token_used")
            raise GrantRefused(
                "invalid_grant", "This token was exchanged for the profile before. Get a new one."
            )
        identity = access.identity
        wanted = Wanted(
            tenant=identity.tenant,
            client_id=identity.client_id,
            agent=identity.agent,
            scope=access.scope,
        )
        try:
            token = await self.entra().obtain(wanted, sign, correlation_id=correlation_id)
        except EntraRefused as refused:
            refusal = refusal_of(refused.failure, correlation_id)
            attempt.add_details(reason=refusal.reason, facts=refusal.facts)
            raise refusal.error from refused
        await attempt.succeed(facts=traced(token.trace_id))
        return Exchanged(token=token, id=token_id, scope=access.scope)

    async def _signer(
        self, profile: Profile, access: EntraAccess, subject: Subject, token_id: str
    ) -> Callable[[int], str]:
        key, now = await self.keys.signing_key(), int(self.clock().timestamp())
        person = base64url.encode(subject.handle) if access.identity.per_person else None

        def sign(attempt: int) -> str:
            assertion = Assertion(
                subject=subject_of(profile.name, person),
                id=token_id if attempt == 0 else f"{token_id}.{attempt}",
                issued_at=now,
                expires_at=min(now + _SECONDS, subject.delegation.expires_at),
                actor=subject.delegation.act,
            )
            return sign_assertion(assertion, issuer=self.issuer, key=key)

        return sign


def _details(subject: Subject, presented: Presented) -> EventDetails:
    client = presented.client
    return EventDetails(
        actor=subject.owner.account if subject.actor is None else subject.actor,
        target=subject.owner.account,
        session=subject.session,
        credential=record_of(subject),
        facts={} if client is None else {"client": client.id},
    )
