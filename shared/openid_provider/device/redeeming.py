"""A device gets its tokens when a person has approved it.

Using up its row and the notice of that are one transaction, so exactly one of two polls gets the
tokens. An account or a passkey that was suspended since the approval gives none.
"""

from dataclasses import dataclass, replace
from functools import partial

from shared.accounts.handles import locate_handle
from shared.accounts.records import CredentialRecord
from shared.audit.event import Kind
from shared.errors import AuthorizationDenied, ConcurrentUse, GrantRefused
from shared.keys.current_keys import CurrentKeys
from shared.openid.clients.client import Client
from shared.openid.device.request import DeviceRequest
from shared.openid.permission import check_targets
from shared.openid.tokens.granted import Granted
from shared.openid.tokens.sign_in import Person
from shared.openid_provider.device.device_sessions import DeviceSessions
from shared.openid_provider.device.polling import (
    Approved,
    Polling,
    PresentedDeviceCode,
    used_before,
)
from shared.openid_provider.tokens.token_issuer import ClientTokenIssuer, ClientTokens
from shared.recording.attempt import Attempt
from shared.recording.audit_recorder import AuditRecorder
from shared.recording.event_details import EventDetails
from shared.sessions.session import Session
from shared.sessions.token_settings import TokenSettings
from shared.storage.accounts.accounts import AccountStore, StoredCredential
from shared.storage.challenges import shard_of_digest
from shared.storage.openid.device_codes import DeviceCodeStore
from shared.storage.sessions import SessionStore

_ATTEMPTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRedemption:
    polling: Polling
    store: DeviceCodeStore
    accounts: AccountStore
    session_store: SessionStore
    sessions: DeviceSessions
    issuer: ClientTokenIssuer
    settings: TokenSettings
    recorder: AuditRecorder
    keys: CurrentKeys

    async def redeem(self, presented: PresentedDeviceCode, client: Client) -> ClientTokens:
        """`client` has authenticated. Raises GrantRefused, also as long as nobody has decided."""
        approved = await self.polling.poll(presented, client)
        # Before the code is used up: without a key there would be no token to return.
        await self.keys.signing_key()
        request = self._granted_to(client, approved.request, presented)
        new = await self.sessions.begin(request, approved.approval, client, presented.thumbprint)
        token_id = self.issuer.new_token_id()
        approved = replace(approved, request=request)
        record = await self._use_up(approved, new.session, token_id)
        tokens = await self.issuer.issue(
            _granted(request, new.session, record, presented),
            client,
            token_id=token_id,
            thumbprint=presented.thumbprint,
        )
        return replace(tokens, refresh_token=new.refresh_token)

    def _granted_to(
        self, client: Client, request: DeviceRequest, presented: PresentedDeviceCode
    ) -> DeviceRequest:
        """Without what the client has lost since. Raises GrantRefused."""
        scope = tuple(each for each in request.scope if each in client.scopes)
        wanted = presented.resources or request.resources
        if not set(presented.resources) <= set(request.resources or client.resources[:1]):
            raise GrantRefused("invalid_target", "resource is not one of those that were granted.")
        try:
            check_targets(wanted, client, scope=scope, settings=self.settings)
        except AuthorizationDenied as error:
            raise GrantRefused(error.name, error.description) from error
        return replace(request, scope=scope)

    async def _use_up(
        self, approved: Approved, session: Session, token_id: str
    ) -> CredentialRecord:
        """The code is used up, and then the session is stored with the event."""
        stored = await self._usable_credential(session)
        attempt = self.recorder.attempt(
            Kind.DEVICE_REDEEMED,
            shard=shard_of_digest(approved.stored.row),
            **_details(stored, session, approved.request, token_id),
        )
        claim = partial(
            self.store.claim_with_event,
            approved.stored,
            places=[self.session_store.partition_of(session)],
        )
        async with attempt:
            if not await attempt.announce_by(claim):
                raise used_before()
            return await self._store(attempt, stored, session)

    async def _store(
        self, attempt: Attempt, stored: StoredCredential, session: Session
    ) -> CredentialRecord:
        """The passkey must not have changed since it was read: somebody may have suspended it."""
        for _ in range(_ATTEMPTS):
            unchanged = self.accounts.usage(stored, stored.record)
            add = partial(self.session_store.add, session, also=[unchanged])
            if await attempt.try_commit(add):
                return stored.record
            stored = await self._usable_credential(session)
        raise ConcurrentUse

    async def _usable_credential(self, session: Session) -> StoredCredential:
        handle, credential_hash = session.sign_in.user_handle, session.sign_in.credential_hash
        stored = await self.accounts.find_credential_by_hash(locate_handle(handle), credential_hash)
        if stored is None or stored.record.user_handle != handle or not stored.record.is_active:
            raise GrantRefused("access_denied", "The account or its passkey cannot be used now.")
        return stored


def _details(
    stored: StoredCredential, session: Session, request: DeviceRequest, token_id: str
) -> EventDetails:
    return EventDetails(
        actor=stored.record,
        target=stored.record,
        credential=stored.record,
        session=session.id,
        token=token_id,
        facts={"client": request.client_id, "scope": " ".join(request.scope)},
    )


def _granted(
    request: DeviceRequest,
    session: Session,
    record: CredentialRecord,
    presented: PresentedDeviceCode,
) -> Granted:
    return Granted(
        user_handle=session.sign_in.user_handle,
        session_id=session.id,
        rests_on=session.id,
        use=0,
        credential_hash=session.sign_in.credential_hash,
        signed_in_at=session.sign_in.at,
        user_verified=session.sign_in.user_verified,
        person=Person(username=record.username, display_name=record.display_name),
        scope=request.scope,
        resources=presented.resources or request.resources,
    )
