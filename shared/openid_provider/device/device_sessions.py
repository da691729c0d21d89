"""The session that a device's tokens rest on. It is opened by the gesture that approves, and it is
the client's: the person sees it among the applications and can end it there, also before the
device has its tokens.

Without offline access it ends when the access token does.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from shared.accounts.handles import locate_handle
from shared.openid.clients.client import Client
from shared.openid.device.request import LIFETIME_SECONDS, DeviceRequest
from shared.openid.tokens.refresh_token import write_client_token
from shared.openid_provider.tokens.offline_access import binding_of
from shared.openid_provider.tokens.token_issuer import ClientTokenIssuer
from shared.recording.audit_recorder import AuditRecorder
from shared.recording.observations import observe
from shared.relying_party.passkeys.assertion_verification import ProvenAssertion
from shared.sessions.client_grant import ClientGrant
from shared.sessions.refresh_token import RefreshToken
from shared.sessions.session import (
    SECRET_BYTES,
    SESSION_ID_BYTES,
    Session,
    SessionLimits,
    SignIn,
    begin_session,
    hash_credential,
    hash_secret,
)
from shared.storage.accounts.accounts import AccountStore
from shared.storage.service_key import ServiceKey
from shared.storage.sessions import SessionStore


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)  # a repr would show the token
class Extended:
    session: Session
    refresh_token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSessions:
    accounts: AccountStore
    store: SessionStore
    limits: SessionLimits
    issuer: ClientTokenIssuer
    recorder: AuditRecorder
    service_key: ServiceKey
    clock: Callable[[], datetime]
    random: Callable[[int], bytes]

    async def open(
        self,
        proven: ProvenAssertion,
        request: DeviceRequest,
        client: Client,
        *,
        lifetime: timedelta | None = None,
    ) -> Session:
        """Store that the credential was used and the session, with the success, in one transaction.
        `lifetime` is that of the token, if it is not the client's. Raises ConcurrentUse if another
        gesture with the credential changed it meanwhile."""
        stored, record = proven.stored, proven.used(at=self.clock())
        sign_in = SignIn(
            user_handle=record.user_handle,
            credential_hash=hash_credential(record.id),
            user_verified=proven.verified.user_verified,
            at=self.clock(),
        )
        session = self._begin(sign_in, request, client, lifetime or self.issuer.lifetime_of(client))
        usage = [] if record == stored.record else [self.accounts.usage(stored, record)]
        partition = self.accounts.partition(locate_handle(record.user_handle))
        await observe(self.recorder, stored.record, proven.verified, partition).commit(
            proven.attempt,
            partial(self.store.add, session, also=usage),
            session=session.id,
        )
        return session

    def _begin(
        self, sign_in: SignIn, request: DeviceRequest, client: Client, lifetime: timedelta
    ) -> Session:
        """Nobody has the secret of its refresh token yet."""
        lasts = timedelta(seconds=LIFETIME_SECONDS) + lifetime
        session_id = self.random(SESSION_ID_BYTES)
        return begin_session(
            sign_in,
            session_id=session_id,
            secret=self.random(SECRET_BYTES),
            user_agent=client.name,
            limits=replace(self.limits, absolute=min(lasts, self.limits.absolute), idle=lasts),
            binding=binding_of(client, None),
            grant=ClientGrant(
                client_id=client.id,
                scope=request.scope,
                resources=request.resources,
                session_id=session_id,
            ),
        )

    async def extend(
        self, session: Session, request: DeviceRequest, client: Client, thumbprint: str | None
    ) -> Extended:
        """For offline access, with the first refresh token. Nothing is stored yet."""
        secret, at = self.random(SECRET_BYTES), session.sign_in.at
        grant = session.grant and replace(session.grant, scope=request.scope)
        extended = replace(
            session,
            binding=binding_of(client, thumbprint),
            current=hash_secret(secret),
            expires_at=at + self.limits.absolute,
            idle_expires_at=self.clock() + self.limits.idle,
            rotated_at=self.clock(),
            grant=grant,
        )
        token = RefreshToken.of(extended, secret)
        text = write_client_token(token, service_key=await self.service_key.get())
        return Extended(session=extended, refresh_token=text)
