"""The session that a device's tokens rest on. It begins with the gesture that approved, and it is
the client's: the person sees it in the list of sessions and can end it there.

Without offline access it ends when the access token does.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from shared.openid.clients.client import Client
from shared.openid.device.decision import Approval
from shared.openid.device.request import DeviceRequest
from shared.openid.scopes import OFFLINE_ACCESS
from shared.openid.tokens.refresh_token import write_client_token
from shared.openid_provider.tokens.offline_access import binding_of
from shared.openid_provider.tokens.token_issuer import ClientTokenIssuer
from shared.sessions.client_grant import ClientGrant
from shared.sessions.refresh_token import RefreshToken
from shared.sessions.session import (
    SECRET_BYTES,
    SESSION_ID_BYTES,
    Session,
    SessionLimits,
    SignIn,
    begin_session,
)
from shared.storage.service_key import ServiceKey


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)  # a repr would show the token
class NewDeviceSession:
    session: Session
    refresh_token: str | None
    """None without offline access."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSessions:
    limits: SessionLimits
    issuer: ClientTokenIssuer
    service_key: ServiceKey
    clock: Callable[[], datetime]
    random: Callable[[int], bytes]

    async def begin(
        self, request: DeviceRequest, approval: Approval, client: Client, thumbprint: str | None
    ) -> NewDeviceSession:
        """Nothing is stored yet."""
        offline, secret = OFFLINE_ACCESS in request.scope, self.random(SECRET_BYTES)
        session_id = self.random(SESSION_ID_BYTES)
        session = begin_session(
            SignIn(
                user_handle=approval.user_handle,
                credential_hash=approval.credential_hash,
                user_verified=approval.user_verified,
                at=approval.at,
            ),
            session_id=session_id,
            secret=secret,
            user_agent=client.name,
            limits=self.limits if offline else self._of_one_token(client, approval),
            binding=binding_of(client, thumbprint),
            grant=ClientGrant(
                client_id=client.id,
                scope=request.scope,
                resources=request.resources,
                session_id=session_id,
            ),
        )
        if not offline:
            return NewDeviceSession(session=session, refresh_token=None)
        token = RefreshToken.of(session, secret)
        text = write_client_token(token, service_key=await self.service_key.get())
        return NewDeviceSession(session=session, refresh_token=text)

    def _of_one_token(self, client: Client, approval: Approval) -> SessionLimits:
        lasts = self.clock() - approval.at + self.issuer.lifetime_of(client)
        return replace(self.limits, absolute=lasts, idle=lasts)
