"""The first step of a registration: who may add a credential, and to which account."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from shared.accounts.handles import UserHandle, locate_handle, locate_username, new_handle
from shared.accounts.names import Username
from shared.accounts.new_names import check_new_name, check_not_given, check_not_reserved
from shared.accounts.records import CredentialDescriptor
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
from shared.identity_providers.provider import Provider
from shared.principals import AccountHolder, Principal, subject_key
from shared.rate_limits.policy import Action, Allowance
from shared.recording.actors import bearer
from shared.recording.actors import user as someone
from shared.relying_party.callers.authority_status import Authorities
from shared.relying_party.callers.callers import Callers
from shared.relying_party.callers.client import Client
from shared.relying_party.callers.requirements import require_newcomer, require_own_credential
from shared.relying_party.onboarding.provisioning import Provisioning
from shared.relying_party.passkeys.ceremony_options import CeremonyOptions
from shared.relying_party.passkeys.creation_limits import counted_for
from shared.resources import Resources
from shared.sessions.access_token import Scope
from shared.sessions.authority import ENROLMENT, authority_of, authority_of_subject
from shared.settings import RegistrationMode
from shared.storage.accounts.accounts import StoredAccount
from shared.webauthn.challenge import RANDOM_BYTES, seal_challenge
from shared.webauthn.registration import creation_options
from shared.webauthn.state import RegistrationCeremony

_HANDLE_RANDOM_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationRequest:
    username: Username | None
    display_name: str | None
    attachment: str | None
    hints: Sequence[str]


class BeginRegistration:
    def __init__(
        self,
        resources: Resources,
        provisioning: Provisioning,
        *,
        callers: Callers,
        authorities: Authorities,
    ) -> None:
        self._resources = resources
        self._authorities = authorities
        self._callers = callers
        self._provisioning = provisioning

    async def __call__(
        self, request: RegistrationRequest, *, principal: Principal | None, client: Client
    ) -> CeremonyOptions:
        """`principal` is who the bearer token stands for, if one came with the request.

        Without one a taken username is answered like a free one, and refused at finish. All else
        that a finish would be refused for is said now, before a passkey is made.
        Raises TokenRequired, TokenInvalid (its account, session or access pass is gone),
        StepUpRequired, NotPermitted, UsernameTaken, CredentialLimitReached, TooManyRequests.
        """
        if principal is None:
            if self._resources.settings.registration is RegistrationMode.VERIFIED:
                raise TokenRequired
            return await self._begin_founding(request, client)
        if isinstance(principal, ProviderIdentity):
            self._callers.require_fresh(principal)
            handle = await self._account_of(principal, request)
            authority = _authority_of(principal)
            return await self._begin_adding(request, handle, authority=authority)
        if principal.token.scope is Scope.ACCOUNT:
            self._callers.require_fresh(principal)
        authority, handle = authority_of(principal.token), principal.handle
        return await self._begin_adding(request, handle, authority=authority, holder=principal)

    async def _account_of(self, user: ProviderIdentity, request: RegistrationRequest) -> UserHandle:
        """A person registers for themselves; a backend with the role, for a newcomer it names."""
        if not user.is_application:
            return await self._provisioning.account_of_subject(user)
        await self._callers.require_role(user, Role.REGISTRATIONS_CREATE)
        if request.username is None:
            raise MalformedRequest("username is required.")
        self._check_not_given(request.username)
        owner = await self._provisioning.ensure(
            request.username, request.display_name, by=bearer(user)
        )
        return owner.account.handle

    def _check_not_given(self, username: Username) -> None:
        check_not_given(username, domains=_domains(self._resources.settings.providers))

    async def _begin_founding(
        self, request: RegistrationRequest, client: Client
    ) -> CeremonyOptions:
        if request.username is None:
            raise MalformedRequest("username is required.")
        resources = self._resources
        check_new_name(request.username)
        check_not_reserved(request.username)
        self._check_not_given(request.username)
        await resources.limiter.refuse_known(Action.BEGIN, address=client.address)
        service_key, sealing_key = (
            await resources.service_key.get(),
            await resources.current_keys.sealing_key(),
        )
        locator = locate_username(request.username, service_key=service_key)
        ceremony = RegistrationCeremony(
            expires_at=resources.settings.policy.expiry(resources.clock()),
            user_handle=new_handle(locator, random=resources.random(_HANDLE_RANDOM_BYTES)),
            username=request.username.display,
            display_name=request.display_name or request.username.display,
            founding=True,
        )
        random = resources.random(RANDOM_BYTES)
        allowances, *_ = await asyncio.gather(
            resources.limiter.spend(Action.BEGIN, address=client.address),
            resources.limiter.check(Action.CREATION, **counted_for(ceremony, client)),
            resources.challenges.add(random, expires_at=ceremony.expires_at),
        )
        await self._sample(ceremony.user_handle, random=random)
        challenge = seal_challenge(ceremony, random=random, sealing_key=sealing_key)
        return self._begun(ceremony, challenge, request, allowances=allowances)

    async def _begin_adding(
        self,
        request: RegistrationRequest,
        handle: UserHandle,
        *,
        authority: bytes,
        holder: AccountHolder | None = None,
    ) -> CeremonyOptions:
        resources = self._resources
        # Not for the account: what has ended, or a backend that may not, is not to use it up.
        counted = handle + authority
        await resources.limiter.refuse_known(Action.BEGIN, account=counted)
        service_key, sealing_key = (
            await resources.service_key.get(),
            await resources.current_keys.sealing_key(),
        )
        random, expires_at = (
            resources.random(RANDOM_BYTES),
            resources.settings.policy.expiry(resources.clock()),
        )
        owner, holds, allowances, *_ = await asyncio.gather(
            resources.accounts.find_account(handle),
            self._holds(handle, authority, holder),
            resources.limiter.spend(Action.BEGIN, account=counted),
            resources.limiter.check(Action.CREATION, account=handle),
            resources.challenges.add(random, expires_at=expires_at),
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
        await self._sample(handle, random=random)
        ceremony = RegistrationCeremony(
            expires_at=expires_at,
            user_handle=owner.account.handle,
            username=owner.account.username,
            display_name=owner.account.display_name,
            founding=False,
            authority=authority,
        )
        challenge = seal_challenge(ceremony, random=random, sealing_key=sealing_key)
        exclude = [record.descriptor for record in owner.records]
        return self._begun(ceremony, challenge, request, allowances=allowances, exclude=exclude)

    async def _sample(self, handle: UserHandle, *, random: bytes) -> None:
        trail = self._resources.trail
        await trail.sample(Kind.REGISTRATION_BEGUN, random=random, target=someone(handle))

    async def _holds(
        self, handle: UserHandle, authority: bytes, holder: AccountHolder | None
    ) -> bool:
        if holder is not None:
            return await self._callers.holds(holder.token)
        # Of a provider's user the link has just been read.
        return authority != ENROLMENT or await self._authorities.holds(handle, authority)

    def _check_may_add(
        self, owner: StoredAccount, request: RegistrationRequest, *, service_key: bytes
    ) -> None:
        if owner.account.suspended:
            raise NotPermitted
        if len(owner.credentials) >= self._resources.settings.credentials_per_account:
            raise CredentialLimitReached
        if request.username is None:
            return
        locator = locate_username(request.username, service_key=service_key)
        if locate_handle(owner.account.handle) != locator:
            raise MalformedRequest("username must be the one of the token's account.")

    def _begun(
        self,
        ceremony: RegistrationCeremony,
        challenge: bytes,
        request: RegistrationRequest,
        *,
        allowances: Sequence[Allowance],
        exclude: Sequence[CredentialDescriptor] = (),
    ) -> CeremonyOptions:
        return CeremonyOptions(
            options=creation_options(
                ceremony,
                challenge=challenge,
                policy=self._resources.settings.policy,
                exclude=exclude,
                attachment=request.attachment,
                hints=request.hints,
            ),
            expires_at=datetime.fromtimestamp(ceremony.expires_at, UTC),
            allowances=allowances,
        )


def _domains(providers: Sequence[Provider]) -> set[str]:
    return {domain for provider in providers for domain in provider.username_domains}


def _authority_of(user: ProviderIdentity) -> bytes:
    if user.is_application:
        return ENROLMENT
    return authority_of_subject(subject_key(user.issuer, user.subject))
