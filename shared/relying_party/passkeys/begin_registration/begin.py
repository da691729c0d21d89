"""The first step of a registration: who may add a credential, and to which account."""

from collections.abc import Set
from dataclasses import dataclass

from shared.accounts.handles import UserHandle
from shared.accounts.new_names import check_not_given
from shared.accounts.roles import Role
from shared.errors import MalformedRequest, TokenRequired
from shared.identity_providers.identity import ProviderIdentity
from shared.principals import Principal, subject_key
from shared.recording.actors import bearer
from shared.relying_party.callers.callers import Callers
from shared.relying_party.callers.client import Client
from shared.relying_party.onboarding.provisioning import Provisioning
from shared.relying_party.passkeys.begin_registration.new_account import BeginNewAccount
from shared.relying_party.passkeys.begin_registration.new_credential import BeginNewCredential
from shared.relying_party.passkeys.begin_registration.request import RegistrationRequest
from shared.relying_party.passkeys.ceremony_options import CeremonyOptions
from shared.sessions.access_token import Scope
from shared.sessions.authority import ENROLMENT, authority_of, authority_of_subject
from shared.settings import RegistrationMode


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginRegistration:
    new_account: BeginNewAccount
    new_credential: BeginNewCredential
    callers: Callers
    provisioning: Provisioning
    mode: RegistrationMode
    domains: Set[str]
    """Of usernames that only providers give."""

    async def __call__(
        self, request: RegistrationRequest, *, principal: Principal | None, client: Client
    ) -> CeremonyOptions:
        """`principal` is who the bearer token stands for, if one came with the request.

        Without one a taken username is answered like a free one, and refused at finish. Whatever
        else a finish would be refused for is refused now, before a passkey is made.
        Raises TokenRequired, TokenInvalid (its account, session or access pass is gone),
        StepUpRequired, NotPermitted, UsernameTaken, CredentialLimitReached, TooManyRequests.
        """
        if principal is None:
            if self.mode is RegistrationMode.VERIFIED:
                raise TokenRequired
            return await self.new_account.begin(request, client)
        if isinstance(principal, ProviderIdentity):
            self.callers.require_fresh(principal)
            handle = await self._account_of(principal, request)
            authority = _authority_of(principal)
            return await self.new_credential.begin(request, handle, authority=authority)
        if principal.token.scope is Scope.ACCOUNT:
            self.callers.require_fresh(principal)
        authority, handle = authority_of(principal.token), principal.handle
        return await self.new_credential.begin(
            request, handle, authority=authority, holder=principal
        )

    async def _account_of(self, user: ProviderIdentity, request: RegistrationRequest) -> UserHandle:
        """A person registers for themselves; a backend with the role, for a newcomer it names."""
        if not user.is_application:
            return await self.provisioning.account_of_subject(user)
        await self.callers.require_role(user, Role.REGISTRATIONS_CREATE)
        if request.username is None:
            raise MalformedRequest("username is required.")
        check_not_given(request.username, domains=self.domains)
        owner = await self.provisioning.ensure(
            request.username, request.display_name, by=bearer(user)
        )
        return owner.account.handle


def _authority_of(user: ProviderIdentity) -> bytes:
    if user.is_application:
        return ENROLMENT
    return authority_of_subject(subject_key(user.issuer, user.subject))
