"""Registration: begun in `begin_registration`, finished here."""

import asyncio
import logging
from contextlib import nullcontext
from dataclasses import replace

from shared.accounts.handles import locate_handle
from shared.accounts.records import CredentialRecord, UserAccount
from shared.accounts.roles import Role
from shared.audit.event import Kind
from shared.audit.statement import Statement
from shared.errors import (
    ConcurrentUse,
    CredentialLimitReached,
    NotPermitted,
    TokenInvalid,
    TouchstoneError,
    UsernameTaken,
)
from shared.principals import AccountHolder, Principal, subject_key
from shared.rate_limits.limiter import Held, Subjects
from shared.rate_limits.policy import Action
from shared.recording.attempt import NO_FAILURES, Attempt
from shared.recording.ceremony_events import offered, registered, shown_new
from shared.relying_party.callers.authority_status import (
    Authorities,
    AuthorityStatus,
    lists_authority,
)
from shared.relying_party.callers.callers import Callers
from shared.relying_party.callers.client import Client
from shared.relying_party.callers.requirements import require_newcomer
from shared.relying_party.onboarding.provisioning import Provisioning
from shared.relying_party.passkeys.begin_registration import BeginRegistration
from shared.relying_party.passkeys.claiming import Claiming
from shared.relying_party.passkeys.creation_limits import counted_for
from shared.relying_party.passkeys.new_account_limit import NewAccountLimit
from shared.relying_party.passkeys.new_records import new_account, new_credential
from shared.resources import Resources
from shared.sessions.authority import ENROLMENT, authority_of, authority_of_subject
from shared.storage.accounts.accounts import StoredAccount
from shared.storage.accounts.registrations import NewCredential
from shared.webauthn.challenge import IssuedChallenge, open_registration
from shared.webauthn.registration import verify_registration
from shared.webauthn.responses import RegistrationResponse
from shared.webauthn.state import RegistrationCeremony

logger = logging.getLogger("touchstone.registration")


class Registration:
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
        self._founding = NewAccountLimit()
        self._claiming = Claiming(challenges=resources.challenges, limiter=resources.limiter)
        self.begin = BeginRegistration(
            resources, provisioning, callers=callers, authorities=authorities
        )

    async def finish(
        self,
        response: RegistrationResponse,
        *,
        name: str | None,
        client: Client,
        principal: Principal | None = None,
    ) -> CredentialRecord:
        """`principal` is who a token stands for, if one came along: it needs none, but one that is
        no good for this registration is refused, and the challenge stays for a better one. The
        token is compared with the challenge alone. What it rests on may have ended by this very
        registration, whose answer got lost: sent again, it is answered as one without a token.

        Raises CeremonyNotFound, RegistrationRejected, UsernameTaken,
        CredentialAlreadyRegistered; and if the account is gone, suspended, full or changed since,
        TokenInvalid, NotPermitted, CredentialLimitReached or ConcurrentUse. TooManyRequests if
        others took the last places since the begin, or for an answer that came too often."""
        resources = self._resources
        issued = open_registration(
            response.client_data.challenge,
            now=int(resources.clock().timestamp()),
            sealing_keys=await resources.current_keys.sealing_keys(),
        )
        ceremony = issued.ceremony
        if principal is not None:
            _require_own(ceremony, principal)
        attempt = resources.trail.attempt(Kind.REGISTRATION, **offered(response, ceremony))
        async with attempt:
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
        resources, ceremony = self._resources, issued.ceremony
        locator = locate_handle(ceremony.user_handle)
        owner, authority_status, *_ = await self._claiming.claim(
            issued,
            client=client,
            beside=lambda: asyncio.gather(
                self._find_owner(ceremony),
                self._authorities.find_status(ceremony.user_handle, ceremony.authority),
                attempt.announce(resources.accounts.partition(locator)),
            ),
        )
        attempt.add_details(**shown_new(response))
        try:
            return await self._register(
                response, issued, attempt, owner, authority_status, name=name, client=client
            )
        except TouchstoneError as error:
            if not isinstance(error, NO_FAILURES):  # each would leave what a stranger sent
                await resources.limiter.spend(Action.AUTHENTICATION, address=client.address)
            raise

    async def _register(
        self,
        response: RegistrationResponse,
        issued: IssuedChallenge[RegistrationCeremony],
        attempt: Attempt,
        owner: StoredAccount | None,
        authority_status: AuthorityStatus,
        *,
        name: str | None,
        client: Client,
    ) -> CredentialRecord:
        resources, ceremony = self._resources, issued.ceremony
        self._require_room(owner, ceremony)
        providers = resources.settings.providers
        # A link is asked for in both places, whose moments differ: it leaves the list last, which
        # gives the account another version than the one that the registration is stored under.
        if owner and not lists_authority(owner, ceremony.authority, providers=providers):
            raise TokenInvalid
        if ceremony.authority == ENROLMENT and not authority_status.holds:
            raise NotPermitted
        if not _authority_is_valid(authority_status, owner):
            raise TokenInvalid
        now = resources.clock()
        verified = verify_registration(
            response, challenge=issued.value, policy=resources.settings.policy, at=now
        )
        account = new_account(ceremony, at=now) if owner is None else owner.account
        credential = new_credential(verified, response, account, name=name, at=now)
        event = attempt.success(**registered(credential.record, response))
        credential = replace(credential, spends=authority_status.spends)
        async with self._founding.turn(client.address) if owner is None else nullcontext():
            held = await self._hold(credential, counted_for(ceremony, client))
            await self._store(credential, account, owner, held=held, event=event)
        logger.info("registered a credential, attestation %s", verified.attestation_type)
        return credential.record

    async def _find_owner(self, ceremony: RegistrationCeremony) -> StoredAccount | None:
        """The account to add to, as it is now; None if this registration makes it."""
        if ceremony.founding:
            return None
        return await self._resources.accounts.find_account(ceremony.user_handle)

    def _require_room(self, owner: StoredAccount | None, ceremony: RegistrationCeremony) -> None:
        if ceremony.founding:
            return
        if owner is None:
            raise TokenInvalid
        if owner.account.suspended:
            raise NotPermitted
        if ceremony.authority == ENROLMENT:
            require_newcomer(owner)
        # Asked at the begin too, but several may be begun before one of them is finished.
        if len(owner.credentials) >= self._resources.settings.credentials_per_account:
            raise CredentialLimitReached

    async def _hold(self, credential: NewCredential, subjects: Subjects) -> Held:
        """Take a place within the limits, and the credential's ID: both, or neither."""
        resources = self._resources
        held, reserved = await asyncio.gather(
            resources.limiter.hold(Action.CREATION, **subjects),
            resources.registrations.reserve(credential),
            return_exceptions=True,
        )
        if isinstance(reserved, BaseException):
            if isinstance(held, Held):
                held.give_back()
            raise reserved
        if isinstance(held, BaseException):
            await resources.registrations.release(credential.record)
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
        registrations = self._resources.registrations
        if owner is None:
            if not await registrations.found_account(account, credential, event=event):
                held.give_back()
                raise UsernameTaken
        elif not await registrations.add_credential(owner, credential, event=event):
            held.give_back()
            raise ConcurrentUse


def _require_own(ceremony: RegistrationCeremony, principal: Principal) -> None:
    """Raises NotPermitted. A backend sends on what its newcomers answer."""
    if isinstance(principal, AccountHolder):
        own = principal.handle == ceremony.user_handle
        authority = authority_of(principal.token)
        # A session of the account may be followed by another meanwhile, but a pass is one pass.
        fits = own and (principal.token.pass_id is None or authority == ceremony.authority)
    elif principal.is_application:
        by_role = Role.REGISTRATIONS_CREATE in principal.roles
        fits = by_role and ceremony.authority == ENROLMENT
    else:
        subject = subject_key(principal.issuer, principal.subject)
        fits = ceremony.authority == authority_of_subject(subject)
    if not fits:
        raise NotPermitted


def _authority_is_valid(authority_status: AuthorityStatus, owner: StoredAccount | None) -> bool:
    signed_in_with = authority_status.credential_hash
    if owner is None or signed_in_with is None:
        return authority_status.holds
    return authority_status.holds and owner.has_active_credential(signed_in_with)
