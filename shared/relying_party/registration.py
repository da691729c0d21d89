"""Registration: begin and finish."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from shared.accounts.handles import UserHandle, locate_handle, locate_username, new_handle
from shared.accounts.names import Username
from shared.accounts.records import (
    AttestationEvidence,
    CredentialDescriptor,
    CredentialRecord,
    UserAccount,
)
from shared.accounts.roles import Role
from shared.ceremonies.challenge import (
    RANDOM_BYTES,
    challenge_digest,
    open_registration,
    seal_challenge,
)
from shared.ceremonies.registration import (
    creation_options,
    verify_registration,
)
from shared.ceremonies.responses import RegistrationResponse
from shared.ceremonies.state import RegistrationCeremony
from shared.errors import (
    CeremonyNotFound,
    ConcurrentUse,
    CredentialLimitReached,
    MalformedRequest,
    NotPermitted,
    TokenInvalid,
    TokenRequired,
    UsernameTaken,
)
from shared.providers.identity import ProviderIdentity
from shared.relying_party.begun import Begun
from shared.relying_party.principals import (
    Principal,
    require_fresh,
    require_role,
)
from shared.relying_party.provisioning import Provisioning
from shared.relying_party.recording import new_account, new_record
from shared.relying_party.resources import Resources
from shared.settings import RegistrationMode
from shared.storage.accounts import StoredAccount
from shared.storage.registrations import NewCredential
from shared.tokens.access_token import Scope

logger = logging.getLogger("touchstone.registration")

_HANDLE_RANDOM_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationRequest:
    username: Username | None
    display_name: str | None
    attachment: str | None
    hints: Sequence[str]


class Registration:
    def __init__(self, resources: Resources, provisioning: Provisioning) -> None:
        self._resources = resources
        self._provisioning = provisioning

    async def begin(self, request: RegistrationRequest, *, principal: Principal | None) -> Begun:
        """`principal` is who the bearer token stands for, if one came with the request.

        Without one a taken username is answered like a free one, and refused at finish.
        Raises TokenRequired, TokenInvalid (account or access pass is gone), StepUpRequired,
        NotPermitted, UsernameTaken, CredentialLimitReached.
        """
        if principal is None:
            if self._resources.settings.registration is RegistrationMode.VERIFIED:
                raise TokenRequired
            return await self._begin_founding(request)
        if isinstance(principal, ProviderIdentity):
            handle = await self._account_of(principal, request)
            return await self._begin_adding(request, handle, pass_id=None)
        if principal.token.scope is Scope.ACCOUNT:
            age = self._resources.settings.step_up_age
            require_fresh(principal, now=self._resources.clock(), age=age)
        return await self._begin_adding(request, principal.handle, pass_id=principal.token.pass_id)

    async def _account_of(self, user: ProviderIdentity, request: RegistrationRequest) -> UserHandle:
        """A person registers for themselves; a backend with the role, for whom it names."""
        if not user.is_application:
            return await self._provisioning.account_of_subject(user)
        require_role(user, Role.REGISTRATIONS_CREATE)
        if request.username is None:
            raise MalformedRequest("username is required.")
        owner = await self._provisioning.ensure(request.username, request.display_name)
        return owner.account.handle

    async def _begin_founding(self, request: RegistrationRequest) -> Begun:
        if request.username is None:
            raise MalformedRequest("username is required.")
        resources = self._resources
        service_key, sealing_key = await resources.service_key(), await resources.sealing_key()
        locator = locate_username(request.username, service_key=service_key)
        ceremony = RegistrationCeremony(
            expires_at=resources.expiry(),
            user_handle=new_handle(locator, random=resources.random(_HANDLE_RANDOM_BYTES)),
            username=request.username.display,
            display_name=request.display_name or request.username.display,
            founding=True,
        )
        random = resources.random(RANDOM_BYTES)
        await resources.challenges.add(random, expires_at=ceremony.expires_at)
        challenge = seal_challenge(ceremony, random=random, sealing_key=sealing_key)
        return self._begun(ceremony, challenge, request)

    async def _begin_adding(
        self, request: RegistrationRequest, handle: UserHandle, *, pass_id: bytes | None
    ) -> Begun:
        resources = self._resources
        service_key, sealing_key = await resources.service_key(), await resources.sealing_key()
        random, expires_at = resources.random(RANDOM_BYTES), resources.expiry()
        owner, _, _ = await asyncio.gather(
            resources.accounts.find_account(handle),
            resources.challenges.add(random, expires_at=expires_at),
            self._require_pass(handle, pass_id),
        )
        if owner is None:
            raise TokenInvalid
        self._check_may_add(owner, request, service_key=service_key)
        ceremony = RegistrationCeremony(
            expires_at=expires_at,
            user_handle=owner.account.handle,
            username=owner.account.username,
            display_name=owner.account.display_name,
            founding=False,
        )
        challenge = seal_challenge(ceremony, random=random, sealing_key=sealing_key)
        exclude = [record.descriptor for record in owner.records]
        return self._begun(ceremony, challenge, request, exclude=exclude)

    async def _require_pass(self, handle: UserHandle, pass_id: bytes | None) -> None:
        """A token that an access pass was redeemed for ends with the pass."""
        if pass_id is None:
            return
        stored = await self._resources.passes.find(locate_handle(handle))
        now = self._resources.clock()
        if (
            stored is None
            or stored.access_pass.id != pass_id
            or now >= stored.access_pass.expires_at
        ):
            raise TokenInvalid

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
        exclude: Sequence[CredentialDescriptor] = (),
    ) -> Begun:
        return Begun(
            options=creation_options(
                ceremony,
                challenge=challenge,
                policy=self._resources.settings.policy,
                exclude=exclude,
                attachment=request.attachment,
                hints=request.hints,
            ),
            expires_at=datetime.fromtimestamp(ceremony.expires_at, UTC),
        )

    async def finish(self, response: RegistrationResponse, *, name: str | None) -> CredentialRecord:
        """Raises CeremonyNotFound, RegistrationRejected, UsernameTaken,
        CredentialAlreadyRegistered; and if the account is gone, suspended or changed since,
        TokenInvalid, NotPermitted or ConcurrentUse."""
        resources = self._resources
        challenge = response.client_data.challenge
        ceremony = open_registration(
            challenge, now=resources.now_seconds(), sealing_keys=await resources.sealing_keys()
        )
        claimed, owner = await asyncio.gather(
            resources.challenges.claim(challenge, expires_at=ceremony.expires_at),
            self._owner(ceremony),
        )
        if not claimed:
            raise CeremonyNotFound
        now = resources.clock()
        verified = verify_registration(
            response, challenge=challenge, policy=resources.settings.policy, at=now
        )
        account = new_account(ceremony, at=now) if owner is None else owner.account
        credential = NewCredential(
            record=new_record(verified, response, account, name=name, at=now),
            evidence=AttestationEvidence(
                attestation_object=response.attestation_object,
                client_data_json=response.client_data.raw,
            ),
            ceremony=challenge_digest(challenge),
            at=now,
        )
        await self._store(credential, account, owner)
        logger.info("registered a credential, attestation %s", verified.attestation_type)
        return credential.record

    async def _owner(self, ceremony: RegistrationCeremony) -> StoredAccount | None:
        """The account to add to, as it is now; None if this registration makes it."""
        if ceremony.founding:
            return None
        owner = await self._resources.accounts.find_account_row(ceremony.user_handle)
        if owner is None:
            raise TokenInvalid
        if owner.account.suspended:
            raise NotPermitted
        return owner

    async def _store(
        self, credential: NewCredential, account: UserAccount, owner: StoredAccount | None
    ) -> None:
        registrations = self._resources.registrations
        if owner is None:
            if not await registrations.found_account(account, credential):
                raise UsernameTaken
        elif not await registrations.add_credential(owner, credential):
            raise ConcurrentUse
