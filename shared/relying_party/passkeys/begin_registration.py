"""The first step of a registration: who may add a credential, and to which account."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.accounts.handles import UserHandle, locate_handle, locate_username
from shared.accounts.new_names import check_not_given
from shared.accounts.roles import Role
from shared.audit.event import Kind
from shared.errors import (
    CredentialLimitReached,
    MalformedRequest,
    NotPermitted,
    TokenInvalid,
    TokenRequired,
)
from shared.identity_providers.identity import ProviderIdentity
from shared.keys.current_keys import CurrentKeys
from shared.principals import AccountHolder, Principal, subject_key
from shared.rate_limits.limiter import RateLimiter
from shared.rate_limits.policy import Action
from shared.recording.actors import bearer
from shared.recording.audit_recorder import AuditRecorder
from shared.relying_party.callers.authority_status import Authorities
from shared.relying_party.callers.callers import Callers
from shared.relying_party.callers.client import Client
from shared.relying_party.callers.requirements import require_newcomer, require_own_credential
from shared.relying_party.onboarding.provisioning import Provisioning
from shared.relying_party.passkeys.begin_founding import BeginFounding
from shared.relying_party.passkeys.ceremony_options import (
    CeremonyOptions,
    RegistrationRequest,
    registration_options,
)
from shared.sessions.access_token import Scope
from shared.sessions.authority import ENROLMENT, authority_of, authority_of_subject
from shared.settings import RegistrationMode
from shared.storage.accounts.accounts import AccountStore, StoredAccount
from shared.storage.challenges import ChallengeStore
from shared.storage.service_key import ServiceKey
from shared.webauthn.challenge import RANDOM_BYTES, seal_challenge
from shared.webauthn.policy import CeremonyPolicy
from shared.webauthn.state import RegistrationCeremony


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginRegistration:
    policy: CeremonyPolicy
    mode: RegistrationMode
    credentials_per_account: int
    found: BeginFounding
    provisioning: Provisioning
    callers: Callers
    authorities: Authorities
    accounts: AccountStore
    challenges: ChallengeStore
    service_key: ServiceKey
    keys: CurrentKeys
    limiter: RateLimiter
    recorder: AuditRecorder
    clock: Callable[[], datetime]
    random: Callable[[int], bytes]

    async def __call__(
        self, request: RegistrationRequest, *, principal: Principal | None, client: Client
    ) -> CeremonyOptions:
        """`principal` is the caller that the bearer token names, if the request has a token.

        All reasons to refuse a finish are checked now, before a passkey is made, except a username
        that is taken.
        Raises TokenRequired, TokenInvalid (its account, session or access pass is gone),
        StepUpRequired, NotPermitted, UsernameTaken, CredentialLimitReached, TooManyRequests.
        """
        if principal is None:
            if self.mode is RegistrationMode.VERIFIED:
                raise TokenRequired
            return await self.found(request, client)
        if isinstance(principal, ProviderIdentity):
            self.callers.require_fresh(principal)
            handle = await self._account_of(principal, request)
            authority = _authority_of(principal)
            return await self._begin_adding(request, handle, authority=authority)
        if principal.token.scope is Scope.ACCOUNT:
            self.callers.require_fresh(principal)
        authority, handle = authority_of(principal.token), principal.handle
        return await self._begin_adding(request, handle, authority=authority, holder=principal)

    async def _account_of(self, user: ProviderIdentity, request: RegistrationRequest) -> UserHandle:
        """A person registers for the own account, a backend with the role for a newcomer."""
        if not user.is_application:
            return await self.provisioning.account_of_subject(user)
        await self.callers.require_role(user, Role.REGISTRATIONS_CREATE)
        if request.username is None:
            raise MalformedRequest("username is required.")
        check_not_given(request.username, domains=self.found.given_domains)
        owner = await self.provisioning.ensure(
            request.username, request.display_name, by=bearer(user)
        )
        return owner.account.handle

    async def _begin_adding(
        self,
        request: RegistrationRequest,
        handle: UserHandle,
        *,
        authority: bytes,
        holder: AccountHolder | None = None,
    ) -> CeremonyOptions:
        # Not counted for the account: ended sessions or refused backends must not use up its limit.
        counted = handle + authority
        await self.limiter.refuse_known(Action.BEGIN, account=counted)
        service_key = await self.service_key.get()
        sealing_key = await self.keys.sealing_key()
        random, expires_at = self.random(RANDOM_BYTES), self.policy.expiry(self.clock())
        owner, holds, allowances, *_ = await asyncio.gather(
            self.accounts.find_account(handle),
            self._holds(handle, authority, holder),
            self.limiter.spend(Action.BEGIN, account=counted),
            self.limiter.check(Action.CREATION, account=handle),
            self.challenges.add(random, expires_at=expires_at),
        )
        if authority == ENROLMENT and not holds:
            raise NotPermitted
        if owner is None or not holds:
            raise TokenInvalid
        if holder is not None and holder.token.scope is Scope.ACCOUNT:
            require_own_credential(holder, owner)
        if authority == ENROLMENT:
            require_newcomer(owner)
        self._check_may_add(owner, request, service_key=service_key)
        await self.recorder.sample(Kind.REGISTRATION_BEGUN, random=random, target=handle)
        ceremony = _ceremony_of(owner, authority, expires_at=expires_at)
        challenge = seal_challenge(ceremony, random=random, sealing_key=sealing_key)
        exclude = [record.descriptor for record in owner.records]
        return registration_options(
            ceremony,
            challenge,
            request,
            policy=self.policy,
            allowances=allowances,
            exclude=exclude,
        )

    async def _holds(
        self, handle: UserHandle, authority: bytes, holder: AccountHolder | None
    ) -> bool:
        if holder is not None:
            return await self.callers.holds(holder.token)
        # The link of a provider's user has just been read.
        return authority != ENROLMENT or await self.authorities.holds(handle, authority)

    def _check_may_add(
        self, owner: StoredAccount, request: RegistrationRequest, *, service_key: bytes
    ) -> None:
        if owner.account.suspended:
            raise NotPermitted
        if len(owner.credentials) >= self.credentials_per_account:
            raise CredentialLimitReached
        if request.username is None:
            return
        locator = locate_username(request.username, service_key=service_key)
        if locate_handle(owner.account.handle) != locator:
            raise MalformedRequest("username must be the one of the token's account.")


def _ceremony_of(
    owner: StoredAccount, authority: bytes, *, expires_at: int
) -> RegistrationCeremony:
    return RegistrationCeremony(
        expires_at=expires_at,
        user_handle=owner.account.handle,
        username=owner.account.username,
        display_name=owner.account.display_name,
        founding=False,
        authority=authority,
    )


def _authority_of(user: ProviderIdentity) -> bytes:
    if user.is_application:
        return ENROLMENT
    return authority_of_subject(subject_key(user.issuer, user.subject))
