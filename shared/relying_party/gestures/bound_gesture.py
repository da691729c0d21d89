"""A gesture that confirms one thing, such as a request of another service. It opens no session.

The challenge commits to the thing (`shared.webauthn.state`), and the authenticator must verify
the person. So no other gesture confirms it, and this one confirms nothing else.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from shared.accounts.handles import AccountLocator, locate_handle
from shared.accounts.records import CredentialRecord
from shared.audit.event import Kind
from shared.audit.facts import Fact
from shared.recording.audit_recorder import AuditRecorder
from shared.recording.observations import observe
from shared.relying_party.callers.client import Client
from shared.relying_party.passkeys.assertion_verification import (
    AssertionVerification,
    ProvenAssertion,
)
from shared.relying_party.passkeys.begin_authentication import BeginAuthentication
from shared.relying_party.passkeys.ceremony_options import CeremonyOptions
from shared.storage.accounts.accounts import AccountStore, StoredCredential
from shared.storage.audit.statements import NoEvent, Partition
from shared.webauthn.responses import AuthenticationResponse

_ELSEWHERE = NoEvent("the event is beside what the gesture confirms")


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundGesture:
    begin_authentication: BeginAuthentication
    verification: AssertionVerification
    accounts: AccountStore
    recorder: AuditRecorder
    clock: Callable[[], datetime]

    async def begin(
        self, purpose: bytes, *, locator: AccountLocator | None, client: Client
    ) -> CeremonyOptions:
        """Without an account, any discoverable credential may answer. Raises TooManyRequests."""
        return await self.begin_authentication.for_purpose(purpose, locator=locator, client=client)

    @asynccontextmanager
    async def finish(
        self,
        response: AuthenticationResponse,
        purpose: bytes,
        *,
        kind: Kind,
        facts: dict[str, Fact] | None = None,
        elsewhere: Sequence[Partition] = (),
        client: Client,
    ) -> AsyncIterator[ProvenAssertion]:
        """The block checks whatever else is required, and then calls `confirm`. Or it calls
        `note_use`, and makes a change `elsewhere` with the attempt's success. Each outcome is
        recorded as an event of `kind` with `facts`. Raises the errors of
        `AssertionVerification.verify`."""
        if not purpose:
            raise ValueError("a gesture without a purpose would be a sign-in")
        assertion = await self.verification.open(response, purpose=purpose)
        async with self.verification.verify(
            assertion, kind, facts=facts, elsewhere=elsewhere, client=client
        ) as proven:
            yield proven

    async def confirm(self, proven: ProvenAssertion) -> CredentialRecord:
        """Store that the credential was used, with the success. Raises ConcurrentUse if another
        gesture with the credential changed it meanwhile."""
        stored, record = proven.stored, proven.used(at=self.clock())
        partition = self.accounts.partition(locate_handle(record.user_handle))
        change = partial(self.accounts.store_usage, stored, record)
        await observe(self.recorder, stored.record, proven.verified, partition).commit(
            proven.attempt, None if record == stored.record else change
        )
        return record

    async def note_use(self, proven: ProvenAssertion) -> None:
        """Store that the credential was used, and nothing else: what it confirms is stored after
        it. Raises ConcurrentUse, as `confirm` does."""
        stored, record = proven.stored, proven.used(at=self.clock())
        partition = self.accounts.partition(locate_handle(record.user_handle))
        observed = observe(self.recorder, stored.record, proven.verified, partition)
        await observed.commit_beside(self._store_use(stored, record))

    async def _store_use(self, stored: StoredCredential, record: CredentialRecord) -> bool:
        if record == stored.record:
            return True
        return await self.accounts.store_usage(stored, record, event=_ELSEWHERE)
