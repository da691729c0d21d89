"""An assertion is verified: its challenge is claimed, its credential found, its signature checked.

This module does not know sessions. Its caller passes the kind of the event, and then writes the
result in the partition of the account.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from shared.accounts.handles import (
    HANDLE_BYTES,
    LOCATOR_BYTES,
    AccountLocator,
    UserHandle,
    locate_handle,
    parse_handle,
)
from shared.accounts.records import CredentialRecord
from shared.audit.event import Kind
from shared.audit.facts import Fact
from shared.errors import AuthenticationRejected, ConcurrentUse, Reason
from shared.keys.current_keys import CurrentKeys
from shared.rate_limits.limiter import RateLimiter
from shared.rate_limits.policy import Action
from shared.recording.attempt import Attempt
from shared.recording.audit_recorder import AuditRecorder
from shared.recording.ceremony_events import asserted, examined
from shared.recording.event_details import EventDetails
from shared.relying_party.callers.client import Client
from shared.relying_party.passkeys.claiming import Claiming
from shared.storage.accounts.accounts import AccountStore, StoredCredential
from shared.storage.audit.statements import Partition
from shared.storage.challenges import shard_of_challenge
from shared.webauthn.authentication import VerifiedAssertion, verify_assertion
from shared.webauthn.challenge import IssuedChallenge, open_authentication
from shared.webauthn.decoys import decoy_record
from shared.webauthn.options import policy_for
from shared.webauthn.policy import CeremonyPolicy
from shared.webauthn.responses import AuthenticationResponse
from shared.webauthn.state import AuthenticationCeremony

_NOBODY = AccountLocator(bytes(LOCATOR_BYTES))
_FILLER = bytes(HANDLE_BYTES - LOCATOR_BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """A response to one of our challenges. The seal proves this; nothing else is verified."""

    response: AuthenticationResponse
    issued: IssuedChallenge[AuthenticationCeremony]
    handle: UserHandle | None
    """The user handle in the response. None if no account can have such a handle."""
    locator: AccountLocator
    """The account that the ceremony was begun for, else the account of the handle."""

    @property
    def names_nobody(self) -> bool:
        return self.issued.ceremony.locator is None and self.response.user_handle is None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenAssertion:
    """A verified assertion of an active credential."""

    assertion: Assertion
    stored: StoredCredential
    verified: VerifiedAssertion
    attempt: Attempt

    def used(self, *, at: datetime) -> CredentialRecord:
        """The record after this use (L3 section 7.2, step 24)."""
        return self.stored.record.used(
            sign_count=self.verified.sign_count,
            user_verified=self.verified.user_verified,
            backup_state=self.verified.backup_state,
            odd=self.verified.odd,
            at=at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AssertionVerification:
    policy: CeremonyPolicy
    accounts: AccountStore
    claiming: Claiming
    limiter: RateLimiter
    keys: CurrentKeys
    recorder: AuditRecorder
    clock: Callable[[], datetime]

    async def open(self, response: AuthenticationResponse, *, purpose: bytes = b"") -> Assertion:
        """Makes no storage call. Raises CeremonyNotFound, also if the challenge was issued for
        another purpose. Without a purpose it is a sign-in."""
        issued = open_authentication(
            response.client_data.challenge,
            now=int(self.clock().timestamp()),
            sealing_keys=await self.keys.sealing_keys(),
            purpose=purpose,
        )
        handle = parse_handle(response.user_handle or b"")
        named = _NOBODY if handle is None else locate_handle(handle)
        locator = issued.ceremony.locator or named
        return Assertion(response=response, issued=issued, handle=handle, locator=locator)

    @asynccontextmanager
    async def verify(
        self,
        assertion: Assertion,
        kind: Kind,
        *,
        facts: dict[str, Fact] | None = None,
        elsewhere: Sequence[Partition] = (),
        client: Client,
    ) -> AsyncIterator[ProvenAssertion]:
        """Use up the challenge, even if the response is wrong. Refusals here and in the block of
        the context manager are recorded. The success may be written to the partition of the
        account, or to one `elsewhere`.

        Raises CeremonyNotFound, AuthenticationRejected, or ConcurrentUse if another assertion of
        the credential changed it meanwhile. TooManyRequests replaces the first two for an address
        that got too many of them. A correct response is never refused for that.
        """
        locator, response = assertion.locator, assertion.response
        owner = None if locator == _NOBODY else locator
        details = asserted(response, owner) | EventDetails(facts=facts or {})
        shard = shard_of_challenge(assertion.issued.value)
        async with self.recorder.attempt(kind, shard=shard, **details) as attempt:
            stored = await self.claiming.claim(
                assertion.issued,
                attempt,
                self.accounts.partition(locator),
                *elsewhere,
                client=client,
                beside=lambda: self.accounts.find_credential(locator, response.credential_id),
            )
            try:
                proven = self._prove(assertion, stored, attempt)
            except AuthenticationRejected:
                # Only failures are counted, and failures of others do not lock an owner out.
                await self.limiter.spend(Action.AUTHENTICATION, address=client.address)
                raise
            yield proven

    def _prove(
        self, assertion: Assertion, stored: StoredCredential | None, attempt: Attempt
    ) -> ProvenAssertion:
        verified, overtaken = None, False
        try:
            if stored is None:
                self._refuse_unknown(assertion)
            verified = self._check(assertion, stored.record)
            _require_active(stored.record)
            return ProvenAssertion(
                assertion=assertion, stored=stored, verified=verified, attempt=attempt
            )
        except ConcurrentUse:
            overtaken = True
            raise
        finally:
            record = None if stored is None else stored.record
            attempt.add_details(
                **examined(assertion.response, record, verified, overtaken=overtaken)
            )

    def _check(self, assertion: Assertion, record: CredentialRecord) -> VerifiedAssertion:
        """We issued this challenge: it was in the seal, and it has been claimed."""
        issued = assertion.issued
        return verify_assertion(
            assertion.response,
            ceremony=issued.ceremony,
            record=record,
            challenge=issued.value,
            policy=policy_for(issued.ceremony, self.policy),
        )

    def _refuse_unknown(self, assertion: Assertion) -> NoReturn:
        """Verify against a credential that nobody has, so that the refusal takes as long."""
        if assertion.names_nobody:
            raise AuthenticationRejected(Reason.USER_HANDLE_MISSING)
        filled = UserHandle(assertion.locator + _FILLER)
        owner = assertion.handle if assertion.response.user_handle else filled
        decoy = decoy_record(assertion.response.credential_id, owner=owner)
        with suppress(AuthenticationRejected):
            self._check(assertion, decoy)
        raise AuthenticationRejected(Reason.CREDENTIAL_UNKNOWN)


def _require_active(record: CredentialRecord) -> None:
    """Checked after the signature, so that only the credential's owner can see the difference to an
    unknown credential."""
    if record.account_suspended:
        raise AuthenticationRejected(Reason.ACCOUNT_SUSPENDED)
    if record.suspended:
        raise AuthenticationRejected(Reason.CREDENTIAL_SUSPENDED)
