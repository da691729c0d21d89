"""Makes new sessions, the tokens of a session, and access tokens without one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared import base64url
from shared.accounts.roles import Role
from shared.keys.current_keys import CurrentKeys
from shared.relying_party.sessions.token_issue import Issue
from shared.sessions.access_token import (
    PHISHING_RESISTANT,
    AccessToken,
    Scope,
    assurance_level,
    authentication_methods,
    issue_token,
)
from shared.sessions.refresh_token import RefreshToken
from shared.sessions.session import (
    SECRET_BYTES,
    SESSION_ID_BYTES,
    Session,
    SessionLimits,
    SignIn,
    begin_session,
)
from shared.sessions.token_settings import TokenSettings
from shared.storage.service_key import ServiceKey

_TOKEN_ID_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """The tokens that a sign-in or a refresh gives."""

    access_token: str
    expires_in: int
    """The lifetime of the access token, in seconds."""
    refresh_token: str
    refresh_expires_in: int
    """Seconds until the session ends, if it is not used."""
    session: Session
    scope: Scope
    """The scope of the access token."""

    @property
    def type(self) -> str:
        """RFC 6749 section 7.1."""
        return "Bearer" if self.session.thumbprint is None else "DPoP"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    session: Session
    secret: bytes
    """The secret of the first refresh token."""
    scope: Scope
    token_id: str
    """The ID of the first access token."""


class TokenIssuer:
    def __init__(
        self,
        *,
        client_id: str,
        limits: SessionLimits,
        token_settings: TokenSettings,
        service_key: ServiceKey,
        keys: CurrentKeys,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
    ) -> None:
        self._client_id = client_id
        self._limits = limits
        self._token_settings = token_settings
        self._service_key = service_key
        self._keys = keys
        self._clock = clock
        self._random = random

    def begin(self, sign_in: SignIn, issue: Issue, *, user_agent: str) -> NewSession:
        """Make a session and its first secret. Nothing is stored yet."""
        secret = self._random(SECRET_BYTES)
        session = begin_session(
            sign_in,
            session_id=self._random(SESSION_ID_BYTES),
            secret=secret,
            user_agent=user_agent,
            limits=self._limits,
            binding=issue.binding,
        )
        token_id = self.new_token_id()
        return NewSession(session=session, secret=secret, scope=issue.scope, token_id=token_id)

    async def first_tokens(self, new: NewSession, *, roles: frozenset[Role]) -> Tokens:
        """Make the first tokens of a session. The session must be stored."""
        return await self.issue_for(
            new.session, new.secret, roles=roles, scope=new.scope, token_id=new.token_id
        )

    def new_token_id(self) -> str:
        return base64url.encode(self._random(_TOKEN_ID_BYTES))

    async def issue(self, token: AccessToken) -> str:
        """An access token without a session."""
        return await self._sign(token, token_id=self.new_token_id(), now=self._clock())

    async def issue_for(
        self,
        session: Session,
        secret: bytes,
        *,
        roles: frozenset[Role],
        scope: Scope,
        token_id: str,
    ) -> Tokens:
        now, lifetime = self._clock(), self._token_settings.lifetime_seconds
        token = _access_token(
            session, roles=roles, scope=scope, expires_at=now + timedelta(seconds=lifetime)
        )
        refresh_token, service_key = RefreshToken.of(session, secret), self._service_key
        return Tokens(
            access_token=await self._sign(token, token_id=token_id, now=now),
            expires_in=lifetime,
            refresh_token=refresh_token.encode(service_key=await service_key.get()),
            refresh_expires_in=int((session.ends_at - now).total_seconds()),
            session=session,
            scope=scope,
        )

    async def _sign(self, token: AccessToken, *, token_id: str, now: datetime) -> str:
        return issue_token(
            token,
            token_id=token_id,
            client_id=self._client_id,
            key=await self._keys.signing_key(),
            settings=self._token_settings,
            now=now,
        )


def _access_token(
    session: Session, *, roles: frozenset[Role], scope: Scope, expires_at: datetime
) -> AccessToken:
    sign_in = session.sign_in
    return AccessToken(
        user_handle=sign_in.user_handle,
        scope=scope,
        auth_time=sign_in.at,
        expires_at=expires_at,
        amr=authentication_methods(user_verified=sign_in.user_verified),
        acr=PHISHING_RESISTANT,
        aal=assurance_level(user_verified=sign_in.user_verified),
        roles=roles,
        credential_hash=sign_in.credential_hash,
        session_id=session.id,
        thumbprint=session.thumbprint,
    )
