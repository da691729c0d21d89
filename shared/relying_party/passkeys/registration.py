"""The finish of a registration. `begin_registration` begins it."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime

from shared.accounts.handles import locate_handle
from shared.accounts.records import CredentialRecord, UserAccount
from shared.audit.event import Kind
from shared.audit.statement import Statement
from shared.errors import ConcurrentUse, TouchstoneError, UsernameTaken
from shared.identity_providers.provider import Provider
from shared.keys.current_keys import CurrentKeys
from shared.principals import Principal
from shared.rate_limits.limiter import Held, RateLimiter, Subjects
from shared.rate_limits.policy import Action
from shared.recording.attempt import NO_FAILURES, Attempt
from shared.recording.audit_recorder import AuditRecorder
from shared.recording.ceremony_events import offered, registered, shown_new
from shared.relying_party.callers.authority_status import Authorities, AuthorityStatus
from shared.relying_party.callers.client import Client
from shared.relying_party.passkeys.begin_registration import BeginRegistration
from shared.relying_party.passkeys.claiming import Claiming
from shared.relying_party.passkeys.creation_limits import counted_for
from shared.relying_party.passkeys.new_account_limit import NewAccountLimit
from shared.relying_party.passkeys.new_records import new_account, new_credential
from shared.relying_party.passkeys.registration_rights import (
    require_authority,
    require_own,
    require_room,
)
from shared.storage.accounts.accounts import AccountStore, StoredAccount
from shared.storage.accounts.registrations import NewCredential, RegistrationStore
from shared.storage.challenges import shard_of_challenge
from shared.webauthn.challenge import IssuedChallenge, open_registration
from shared.webauthn.policy import CeremonyPolicy
from shared.webauthn.registration import verify_registration
from shared.webauthn.responses import RegistrationResponse
from shared.webauthn.state import RegistrationCeremony

logger = logging.getLogger("touchstone.registration")


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    begin: BeginRegistration
    policy: CeremonyPolicy
    providers: Sequence[Provider]
    credentials_per_account: int
    accounts: AccountStore
    registrations: RegistrationStore
    claiming: Claiming
    authorities: Authorities
    new_accounts: NewAccountLimit
    keys: CurrentKeys
    limiter: RateLimiter
    recorder: AuditRecorder
    clock: Callable[[], datetime]

    async def finish(
        self,
        response: RegistrationResponse,
        *,
        name: str | None,
        client: Client,
        principal: Principal | None = None,
    ) -> CredentialRecord:
        """`principal` is the caller that a token names, if there is one. No token is needed, but
        a token that does not fit this registration is refused, and the challenge stays open. The
        token is compared with the challenge alone. Its authority may have ended by this very
        registration, if the answer got lost. The repeated request is then answered like one without
        a token.

        Raises CeremonyNotFound, RegistrationRejected, UsernameTaken,
        CredentialAlreadyRegistered; and if the account is gone, suspended, full or changed since,
        TokenInvalid, NotPermitted, CredentialLimitReached or ConcurrentUse. TooManyRequests if
        others took the last places since the begin, or for an answer that came too often."""
        issued = open_registration(
            response.client_data.challenge,
            now=int(self.clock().timestamp()),
            sealing_keys=await self.keys.sealing_keys(),
        )
        if principal is not None:
            require_own(issued.ceremony, principal)
        shard, details = shard_of_challenge(issued.value), offered(response, issued.ceremony)
        async with self.recorder.attempt(Kind.REGISTRATION, shard=shard, **details) as attempt:
            return await self._finish(response, issued, attempt, name=name, client=client)

    async def _finish(
        self,
        response: RegistrationResponse,
        issued: IssuedChallenge[RegistrationCeremony],
        attempt: Attempt,
        *,
        name: str | None,
        client: Client,
    ) -> CredentialRecord:
        ceremony = issued.ceremony
        partition = self.accounts.partition(locate_handle(ceremony.user_handle))
        owner, status = await self.claiming.claim(
            issued,
            attempt,
            partition,
            client=client,
            beside=lambda: asyncio.gather(
                self._find_owner(ceremony),
                self.authorities.find_status(ceremony.user_handle, ceremony.authority),
            ),
        )
        attempt.add_details(**shown_new(response))
        try:
            return await self._register(
                response, issued, attempt, owner, status, name=name, client=client
            )
        except TouchstoneError as error:
            if not isinstance(error, NO_FAILURES):  # each stores a stranger's data
                await self.limiter.spend(Action.AUTHENTICATION, address=client.address)
            raise

    async def _register(
        self,
        response: RegistrationResponse,
        issued: IssuedChallenge[RegistrationCeremony],
        attempt: Attempt,
        owner: StoredAccount | None,
        status: AuthorityStatus,
        *,
        name: str | None,
        client: Client,
    ) -> CredentialRecord:
        ceremony = issued.ceremony
        require_room(owner, ceremony, most=self.credentials_per_account)
        require_authority(status, owner, ceremony, providers=self.providers)
        now = self.clock()
        verified = verify_registration(response, challenge=issued.value, policy=self.policy, at=now)
        account = new_account(ceremony, at=now) if owner is None else owner.account
        credential = new_credential(verified, response, account, name=name, at=now)
        event = attempt.success(**registered(credential.record, response))
        credential = replace(credential, also=status.also)
        async with self.new_accounts.turn(client.address) if owner is None else nullcontext():
            held = await self._hold(credential, counted_for(ceremony, client))
            await self._store(credential, account, owner, held=held, event=event)
        logger.info("registered a credential, attestation %s", verified.attestation_type)
        return credential.record

    async def _find_owner(self, ceremony: RegistrationCeremony) -> StoredAccount | None:
        """The account to add to, as it is now. None if this registration makes the account."""
        if ceremony.founding:
            return None
        return await self.accounts.find_account(ceremony.user_handle)

    async def _hold(self, credential: NewCredential, subjects: Subjects) -> Held:
        """Reserve a place within the limits and the credential's ID: both, or neither."""
        held, reserved = await asyncio.gather(
            self.limiter.hold(Action.CREATION, **subjects),
            self.registrations.reserve(credential),
            return_exceptions=True,
        )
        if isinstance(reserved, BaseException):
            if isinstance(held, Held):
                held.give_back()
            raise reserved
        if isinstance(held, BaseException):
            await self.registrations.release(credential.record)
            raise held
        return held

    async def _store(
        self,
        credential: NewCredential,
        account: UserAccount,
        owner: StoredAccount | None,
        *,
        held: Held,
        event: Statement,
    ) -> None:
        if owner is None:
            if not await self.registrations.found_account(account, credential, event=event):
                held.give_back()
                raise UsernameTaken
        elif not await self.registrations.add_credential(owner, credential, event=event):
            held.give_back()
            raise ConcurrentUse
        held.keep()
