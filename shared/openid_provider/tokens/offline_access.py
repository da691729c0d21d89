"""Offline access of a client: a session of its own, with the sign-in of the person's and its
limits, which refresh tokens lead to."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.accounts.handles import locate_handle
from shared.errors import GrantRefused
from shared.openid.authorization.code import OpenedCode
from shared.openid.clients.client import Client
from shared.openid.tokens.refresh_token import write_client_token
from shared.openid_provider.tokens.live_grants import holds
from shared.recording.actors import SERVICE
from shared.relying_party.sessions.sessions import Sessions
from shared.sessions.binding import Binding
from shared.sessions.client_grant import ClientGrant, client_binding
from shared.sessions.refresh_token import RefreshToken
from shared.sessions.session import (
    SECRET_BYTES,
    SESSION_ID_BYTES,
    Session,
    SessionLimits,
    SignIn,
    begin_session,
)
from shared.storage.openid.standings import StandingReader
from shared.storage.service_key import ServiceKey
from shared.storage.sessions import SessionStore


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)  # a repr would show the token
class NewAccess:
    session: Session
    refresh_token: str


class OfflineAccess:
    def __init__(
        self,
        *,
        session_store: SessionStore,
        standings: StandingReader,
        sessions: Sessions,
        limits: SessionLimits,
        service_key: ServiceKey,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
    ) -> None:
        self._session_store = session_store
        self._standings = standings
        self._sessions = sessions
        self._limits = limits
        self._service_key = service_key
        self._clock = clock
        self._random = random

    async def begin(self, opened: OpenedCode, client: Client, thumbprint: str | None) -> NewAccess:
        """Make the session and its first refresh token. Nothing is stored yet."""
        granted, secret = opened.code.session, self._random(SECRET_BYTES)
        session = begin_session(
            SignIn(
                user_handle=granted.user_handle,
                credential_hash=granted.credential_hash,
                user_verified=granted.user_verified,
                at=granted.signed_in_at,
            ),
            session_id=await self._session_id(opened),
            secret=secret,
            user_agent=client.name,
            limits=self._limits,
            binding=binding_of(client, thumbprint),
            grant=ClientGrant(
                client_id=client.id,
                scope=opened.code.scope,
                resources=opened.code.resources,
                session_id=granted.id,
            ),
        )
        token = RefreshToken.of(session, secret)
        text = write_client_token(token, service_key=await self._service_key.get())
        return NewAccess(session=session, refresh_token=text)

    async def confirm(self, opened: OpenedCode) -> None:
        """After the session was stored: whoever ended the person's session before, or sent the code
        again, did not find this one. Then it ends here. Raises GrantRefused."""
        session = opened.code.session
        standing = await self._standings.find(
            session.user_handle,
            session.id,
            credential_hash=session.credential_hash,
            client_id=opened.code.client_id,
            now=self._clock(),
        )
        if standing is None or not holds(
            standing.stored.session, opened.code.client_id, session.use
        ):
            await self.end(opened)
            raise GrantRefused("invalid_grant", "The sign-in that gave this code has ended.")

    async def end(self, opened: OpenedCode) -> None:
        """End what was given for a code, if there is anything."""
        locator = locate_handle(opened.code.session.user_handle)
        stored = await self._session_store.find(locator, await self._session_id(opened))
        if stored is not None:
            await self._sessions.end_one(stored, by=SERVICE)

    async def _session_id(self, opened: OpenedCode) -> bytes:
        """It follows from the code, so a second use of the code finds it."""
        message = b"session for a code\0" + opened.id
        digest = hmac.digest(await self._service_key.get(), message, "sha256")
        return digest[:SESSION_ID_BYTES]


def binding_of(client: Client, thumbprint: str | None) -> Binding:
    """A client that authenticates needs no key for its refresh tokens (RFC 9449 section 5)."""
    return client_binding(client.id, thumbprint if client.is_public else None)
