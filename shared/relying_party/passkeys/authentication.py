"""The finish of an authentication, which opens a session. `begin_authentication` begins it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from shared.accounts.handles import locate_handle
from shared.accounts.records import CredentialRecord
from shared.audit.event import Kind
from shared.keys.current_keys import CurrentKeys
from shared.recording.audit_recorder import AuditRecorder
from shared.recording.observations import observe
from shared.relying_party.callers.client import Client
from shared.relying_party.passkeys.assertion_verification import (
    AssertionVerification,
    ProvenAssertion,
)
from shared.relying_party.sessions.token_issue import Issue
from shared.relying_party.sessions.token_issuer import TokenIssuer, Tokens
from shared.sessions.session import SignIn, hash_credential
from shared.storage.accounts.accounts import AccountStore
from shared.storage.sessions import SessionStore
from shared.webauthn.responses import AuthenticationResponse


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    record: CredentialRecord
    tokens: Tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Authentication:
    verification: AssertionVerification
    accounts: AccountStore
    token_issuer: TokenIssuer
    session_store: SessionStore
    keys: CurrentKeys
    recorder: AuditRecorder
    clock: Callable[[], datetime]

    async def finish(
        self, response: AuthenticationResponse, *, client: Client, issue: Issue
    ) -> SignedIn:
        """Raises the errors of `AssertionVerification.verify`."""
        assertion = await self.verification.open(response)
        # Before the challenge is used up: without a key there would be no token to answer with.
        await self.keys.signing_key()
        async with self.verification.verify(
            assertion, Kind.AUTHENTICATION, client=client
        ) as proven:
            return await self._sign_in(proven, client=client, issue=issue)

    async def _sign_in(self, proven: ProvenAssertion, *, client: Client, issue: Issue) -> SignedIn:
        """Update the credential and open a session, in one transaction.

        Raises ConcurrentUse if another sign-in with the credential changed it meanwhile."""
        stored, verified, at = proven.stored, proven.verified, self.clock()
        record = proven.used(at=at)
        sign_in = SignIn(
            user_handle=record.user_handle,
            credential_hash=hash_credential(record.id),
            user_verified=verified.user_verified,
            at=at,
        )
        new = self.token_issuer.begin(sign_in, issue, user_agent=client.user_agent)
        usage = [] if record == stored.record else [self.accounts.usage(stored, record)]
        partition = self.accounts.partition(locate_handle(record.user_handle))
        await observe(self.recorder, stored.record, verified, partition).commit(
            proven.attempt,
            partial(self.session_store.add, new.session, also=usage),
            session=new.session.id,
            token=new.token_id,
        )
        tokens = await self.token_issuer.first_tokens(new, roles=record.roles)
        return SignedIn(record=record, tokens=tokens)
