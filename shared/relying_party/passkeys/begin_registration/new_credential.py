"""The first step of a registration that adds a credential to an account."""

import asyncio
from dataclasses import dataclass

from shared.accounts.handles import UserHandle, locate_handle, locate_username
from shared.errors import CredentialLimitReached, MalformedRequest, NotPermitted, TokenInvalid
from shared.principals import AccountHolder
from shared.rate_limits.limiter import RateLimiter
from shared.rate_limits.policy import Action
from shared.relying_party.callers.authority_status import Authorities
from shared.relying_party.callers.callers import Callers
from shared.relying_party.callers.requirements import require_newcomer, require_own_credential
from shared.relying_party.passkeys.begin_registration.challenges import RegistrationChallenges
from shared.relying_party.passkeys.begin_registration.request import RegistrationRequest
from shared.relying_party.passkeys.ceremony_options import CeremonyOptions
from shared.sessions.access_token import Scope
from shared.sessions.authority import ENROLMENT
from shared.storage.accounts.accounts import AccountStore, StoredAccount
from shared.storage.service_key import ServiceKey
from shared.webauthn.state import RegistrationCeremony


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginNewCredential:
    challenges: RegistrationChallenges
    callers: Callers
    authorities: Authorities
    accounts: AccountStore
    service_key: ServiceKey
    limiter: RateLimiter
    credentials_per_account: int

    async def begin(
        self,
        request: RegistrationRequest,
        handle: UserHandle,
        *,
        authority: bytes,
        holder: AccountHolder | None = None,
    ) -> CeremonyOptions:
        # Not for the account: what has ended, or a backend that may not, is not to use it up.
        counted = handle + authority
        await self.limiter.refuse_known(Action.BEGIN, account=counted)
        service_key, drawn = await self.service_key.get(), await self.challenges.draw()
        owner, holds, allowances, *_ = await asyncio.gather(
            self.accounts.find_account(handle),
            self._holds(handle, authority, holder),
            self.limiter.spend(Action.BEGIN, account=counted),
            self.limiter.check(Action.CREATION, account=handle),
            self.challenges.store(drawn),
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
        await self.challenges.sample(drawn, handle)
        ceremony = RegistrationCeremony(
            expires_at=drawn.expires_at,
            user_handle=owner.account.handle,
            username=owner.account.username,
            display_name=owner.account.display_name,
            founding=False,
            authority=authority,
        )
        exclude = [record.descriptor for record in owner.records]
        return self.challenges.options(
            ceremony, drawn, request, allowances=allowances, exclude=exclude
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
