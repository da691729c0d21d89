"""Authentication: begun in `begin_authentication`, finished here."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from shared.accounts.handles import (
    HANDLE_BYTES,
    LOCATOR_BYTES,
    AccountLocator,
    locate_handle,
    parse_handle,
)
from shared.accounts.records import CredentialRecord
from shared.audit.event import Kind
from shared.errors import AuthenticationRejected, ConcurrentUse, Reason
from shared.rate_limits.policy import Action
from shared.recording.attempt import Attempt
from shared.recording.ceremony_events import (
    asserted,
    observed_in,
    overtaken,
    proven,
    recognized,
    shown,
    verified_answer,
)
from shared.relying_party.callers.client import Client
from shared.relying_party.passkeys.begin_authentication import BeginAuthentication, policy_for
from shared.relying_party.passkeys.claiming import claiming
from shared.relying_party.sessions.sessions import Sessions
from shared.relying_party.sessions.token_issue import Issue
from shared.relying_party.sessions.token_issuer import Tokens
from shared.resources import Resources
from shared.sessions.session import SignIn, hash_credential
from shared.storage.accounts.accounts import StoredCredential
from shared.webauthn.authentication import VerifiedAssertion, verify_assertion
from shared.webauthn.challenge import open_authentication
from shared.webauthn.decoys import decoy_record
from shared.webauthn.responses import AuthenticationResponse
from shared.webauthn.state import AuthenticationCeremony

logger = logging.getLogger("touchstone.authentication")

_NOBODY = AccountLocator(bytes(LOCATOR_BYTES))
_FILLER = bytes(HANDLE_BYTES - LOCATOR_BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    record: CredentialRecord
    tokens: Tokens


class Authentication:
    def __init__(self, resources: Resources, sessions: Sessions) -> None:
        self._resources = resources
        self._sessions = sessions
        self.begin = BeginAuthentication(resources)

    async def finish(
        self, response: AuthenticationResponse, *, client: Client, issue: Issue
    ) -> SignedIn:
        """Raises CeremonyNotFound, AuthenticationRejected, or ConcurrentUse if another sign-in
        with the same credential changed it in the meantime. TooManyRequests stands for one of the
        first two, for an address that got too many of them: it never refuses what is right."""
        resources = self._resources
        challenge = response.client_data.challenge
        ceremony = open_authentication(
            challenge,
            now=int(resources.clock().timestamp()),
            sealing_keys=await resources.current_keys.sealing_keys(),
        )
        # Before the challenge is spent: without a key there would be nothing to answer with.
        await resources.current_keys.signing_key()
        locator, now = _locate(response, ceremony), resources.clock()
        attempt = resources.trail.attempt(
            Kind.AUTHENTICATION, **asserted(response, None if locator == _NOBODY else locator)
        )
        async with attempt:
            stored, verified = await self._take(response, ceremony, attempt, client=client, at=now)
            return await self._sign_in(
                stored, verified, attempt, client=client, issue=issue, at=now
            )

    async def _take(
        self,
        response: AuthenticationResponse,
        ceremony: AuthenticationCeremony,
        attempt: Attempt,
        *,
        client: Client,
        at: datetime,
    ) -> tuple[StoredCredential, VerifiedAssertion]:
        """Spend the challenge on the response, whatever that is worth."""
        locator = _locate(response, ceremony)
        stored, _ = await claiming(
            self._resources,
            response.client_data.challenge,
            expires_at=ceremony.expires_at,
            client=client,
            beside=lambda: asyncio.gather(
                self._resources.accounts.find_credential(locator, response.credential_id),
                attempt.announce(self._sessions.partition(locator, signed_in_at=at)),
            ),
        )
        attempt.add_details(**shown(response))
        try:
            return self._judge(response, ceremony, stored, attempt)
        except AuthenticationRejected:
            # What is right is never counted, so that others' failures keep no owner out.
            await self._resources.limiter.spend(Action.AUTHENTICATION, address=client.address)
            raise

    def _judge(
        self,
        response: AuthenticationResponse,
        ceremony: AuthenticationCeremony,
        stored: StoredCredential | None,
        attempt: Attempt,
    ) -> tuple[StoredCredential, VerifiedAssertion]:
        if stored is None:
            self._refuse_unknown(response, ceremony)
        attempt.add_details(**recognized(stored.record))
        try:
            verified = self._verify(response, ceremony, stored.record)
        except ConcurrentUse:
            attempt.add_details(**overtaken())
            raise
        attempt.add_details(**proven(stored.record, verified))
        attempt.add_details(**verified_answer(response))
        _require_active(stored.record)
        return stored, verified

    async def _sign_in(
        self,
        stored: StoredCredential,
        verified: VerifiedAssertion,
        attempt: Attempt,
        *,
        client: Client,
        issue: Issue,
        at: datetime,
    ) -> SignedIn:
        """L3 section 7.2, step 24, and a session."""
        record = _used(stored.record, verified, at=at)
        sign_in = SignIn(
            user_handle=record.user_handle,
            credential_hash=hash_credential(record.id),
            user_verified=verified.user_verified,
            at=at,
        )
        observed = self._oddities(stored.record, verified)
        partition = self._resources.accounts.partition(locate_handle(record.user_handle))
        tokens, kept, _ = await asyncio.gather(
            self._sessions.open(
                sign_in,
                roles=record.roles,
                user_agent=client.user_agent,
                issue=issue,
                attempt=attempt,
            ),
            self._remember_use(stored, record),
            asyncio.gather(*(each.announce(partition) for each in observed)),
        )
        await asyncio.gather(*(each.succeed() if kept else each.withdraw() for each in observed))
        if not kept:
            sessions = self._resources.sessions
            await attempt.fail_with_change(
                ConcurrentUse(), lambda event: sessions.undo_add(tokens.session, event=event)
            )
        return SignedIn(record=record, tokens=tokens)

    def _oddities(self, record: CredentialRecord, verified: VerifiedAssertion) -> list[Attempt]:
        """What was odd and is let in all the same, to be put on record."""
        odd = observed_in(record, verified)
        for kind, _ in odd:
            logger.warning("a sign-in was accepted with warnings: %s", kind.value)
        return [self._resources.trail.attempt(kind, **what) for kind, what in odd]

    async def _remember_use(self, stored: StoredCredential, record: CredentialRecord) -> bool:
        if record == stored.record:
            return True
        return await self._resources.accounts.store_usage(stored, record)

    def _verify(
        self,
        response: AuthenticationResponse,
        ceremony: AuthenticationCeremony,
        record: CredentialRecord,
    ) -> VerifiedAssertion:
        return verify_assertion(
            response,
            ceremony=ceremony,
            record=record,
            challenge=response.client_data.challenge,
            policy=policy_for(ceremony, self._resources.settings.policy),
        )

    def _refuse_unknown(
        self, response: AuthenticationResponse, ceremony: AuthenticationCeremony
    ) -> NoReturn:
        """Verify against a credential that nobody has first, so that refusing takes as long."""
        if ceremony.locator is None and response.user_handle is None:
            raise AuthenticationRejected(Reason.USER_HANDLE_MISSING)
        owner = parse_handle(response.user_handle or _locate(response, ceremony) + _FILLER)
        decoy = decoy_record(response.credential_id, owner=owner)
        with suppress(AuthenticationRejected):
            self._verify(response, ceremony, decoy)
        raise AuthenticationRejected(Reason.CREDENTIAL_UNKNOWN)


def _used(
    record: CredentialRecord, verified: VerifiedAssertion, *, at: datetime
) -> CredentialRecord:
    return record.used(
        sign_count=verified.sign_count,
        user_verified=verified.user_verified,
        backup_state=verified.backup_state,
        odd=verified.odd,
        at=at,
    )


def _require_active(record: CredentialRecord) -> None:
    """After the signature, so that only the credential's owner can tell it from an unknown one."""
    if record.account_suspended:
        raise AuthenticationRejected(Reason.ACCOUNT_SUSPENDED)
    if record.suspended:
        raise AuthenticationRejected(Reason.CREDENTIAL_SUSPENDED)


def _locate(response: AuthenticationResponse, ceremony: AuthenticationCeremony) -> AccountLocator:
    """The account that the ceremony was begun for, else the one that the handle points to."""
    if ceremony.locator is not None:
        return ceremony.locator
    handle = parse_handle(response.user_handle or b"")
    return _NOBODY if handle is None else locate_handle(handle)
