"""Registration: begin and finish."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from shared.accounts.handles import UserHandle, locate_username, new_handle
from shared.accounts.names import Username
from shared.accounts.records import (
    AttestationEvidence,
    CredentialDescriptor,
    CredentialId,
    CredentialRecord,
    UserAccount,
)
from shared.ceremonies.challenge import (
    RANDOM_BYTES,
    challenge_digest,
    open_registration,
    seal_challenge,
)
from shared.ceremonies.registration import (
    VerifiedRegistration,
    creation_options,
    verify_registration,
)
from shared.ceremonies.responses import RegistrationResponse
from shared.ceremonies.state import RegistrationCeremony
from shared.errors import (
    CeremonyNotFound,
    CredentialLimitReached,
    MalformedRequest,
    TokenInvalid,
    TokenRequired,
    UsernameTaken,
)
from shared.relying_party.resources import Resources
from shared.settings import RegistrationMode
from shared.storage.accounts import NewCredential

logger = logging.getLogger("touchstone.registration")

DEFAULT_CREDENTIAL_NAME = "Passkey"
_HANDLE_RANDOM_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationRequest:
    username: Username | None
    display_name: str | None
    attachment: str | None
    hints: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What the client gets from either begin: options, and when their challenge expires."""

    options: dict[str, Any]
    expires_at: datetime


class Registration:
    def __init__(self, resources: Resources) -> None:
        self._resources = resources

    async def begin(self, request: RegistrationRequest, *, bearer: UserHandle | None) -> Begun:
        """`bearer` is the account whose access token came with the request, if one did.

        Without a token a taken username is answered like a free one, and refused at finish.
        Raises TokenRequired, TokenInvalid (the account is gone), CredentialLimitReached.
        """
        if bearer is not None:
            return await self._begin_adding(request, bearer)
        if self._resources.settings.registration is RegistrationMode.VERIFIED:
            raise TokenRequired
        return await self._begin_founding(request)

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

    async def _begin_adding(self, request: RegistrationRequest, bearer: UserHandle) -> Begun:
        resources = self._resources
        service_key, sealing_key = await resources.service_key(), await resources.sealing_key()
        random, expires_at = resources.random(RANDOM_BYTES), resources.expiry()
        found, _ = await asyncio.gather(
            resources.accounts.find_account(bearer),
            resources.challenges.add(random, expires_at=expires_at),
        )
        if found is None:
            raise TokenInvalid
        account, credentials = found
        _check_own_name(request, account, service_key=service_key)
        if len(credentials) >= resources.settings.credentials_per_account:
            raise CredentialLimitReached
        ceremony = RegistrationCeremony(
            expires_at=expires_at,
            user_handle=account.handle,
            username=account.username,
            display_name=account.display_name,
            founding=False,
        )
        challenge = seal_challenge(ceremony, random=random, sealing_key=sealing_key)
        exclude = [record.descriptor for record in credentials]
        return self._begun(ceremony, challenge, request, exclude=exclude)

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
                attachment=request.attachment,
                hints=request.hints,
                exclude=exclude,
            ),
            expires_at=datetime.fromtimestamp(ceremony.expires_at, UTC),
        )

    async def finish(self, response: RegistrationResponse, *, name: str | None) -> CredentialRecord:
        """Raises CeremonyNotFound, RegistrationRejected, UsernameTaken,
        CredentialAlreadyRegistered, or TokenInvalid if the account is gone by now."""
        resources = self._resources
        challenge = response.client_data.challenge
        ceremony = open_registration(
            challenge, now=resources.now_seconds(), sealing_keys=await resources.sealing_keys()
        )
        if not await resources.challenges.claim(challenge, expires_at=ceremony.expires_at):
            raise CeremonyNotFound
        now = resources.clock()
        verified = verify_registration(
            response, challenge=challenge, policy=resources.settings.policy, at=now
        )
        credential = NewCredential(
            record=_new_record(verified, response, ceremony, name=name, at=now),
            evidence=AttestationEvidence(
                attestation_object=response.attestation_object,
                client_data_json=response.client_data.raw,
            ),
            ceremony=challenge_digest(challenge),
            at=now,
        )
        await self._store(credential, ceremony)
        logger.info("registered a credential, attestation %s", verified.attestation_type)
        return credential.record

    async def _store(self, credential: NewCredential, ceremony: RegistrationCeremony) -> None:
        accounts = self._resources.accounts
        if not ceremony.founding:
            if not await accounts.add_credential(credential):
                raise TokenInvalid
            return
        account = UserAccount(
            handle=ceremony.user_handle,
            username=ceremony.username,
            display_name=ceremony.display_name,
            created_at=credential.at,
        )
        if not await accounts.found_account(account, credential):
            raise UsernameTaken


def _check_own_name(
    request: RegistrationRequest, account: UserAccount, *, service_key: bytes
) -> None:
    if request.username is None:
        return
    locator = locate_username(request.username, service_key=service_key)
    if not account.handle.startswith(locator):
        raise MalformedRequest("username must be the one of the account that the token is for.")


def _new_record(
    verified: VerifiedRegistration,
    response: RegistrationResponse,
    ceremony: RegistrationCeremony,
    *,
    name: str | None,
    at: datetime,
) -> CredentialRecord:
    return CredentialRecord(
        id=CredentialId(verified.credential_id),
        user_handle=ceremony.user_handle,
        username=ceremony.username,
        display_name=ceremony.display_name,
        name=name or DEFAULT_CREDENTIAL_NAME,
        public_key=verified.public_key,
        sign_count=verified.sign_count,
        aaguid=verified.aaguid,
        transports=response.transports,
        uv_initialized=verified.user_verified,
        backup_eligible=verified.backup_eligible,
        backup_state=verified.backup_state,
        attestation_format=verified.attestation_format,
        attestation_type=verified.attestation_type,
        created_at=at,
        last_used_at=at,
    )
