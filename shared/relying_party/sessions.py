"""Sessions: opened by a sign-in, carried on by refresh tokens, ended by many things."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta

from shared import base64url
from shared.accounts.handles import UserHandle, locate_handle
from shared.accounts.roles import Role
from shared.errors import TokenInvalid
from shared.limits.policy import Action
from shared.relying_party.resources import Resources
from shared.sessions.refresh_token import RefreshToken, day_of, read_refresh_token
from shared.sessions.session import (
    SECRET_BYTES,
    SESSION_ID_BYTES,
    Presented,
    Session,
    SignIn,
    begin_session,
    judge_secret,
    succeed_secret,
)
from shared.storage.accounts import StoredCredential
from shared.storage.sessions import StoredSession
from shared.tokens.access_token import (
    PHISHING_RESISTANT,
    AccessToken,
    Scope,
    assurance_level,
    authentication_methods,
    issue_token,
)

logger = logging.getLogger("touchstone.sessions")

_TOKEN_ID_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What a sign-in or a refresh gives."""

    access_token: str
    expires_in: int
    """Seconds, of the access token."""
    refresh_token: str
    refresh_expires_in: int
    """Seconds until the session is over, if it stays unused."""
    session: Session


class Sessions:
    def __init__(self, resources: Resources) -> None:
        self._resources = resources

    async def open(self, sign_in: SignIn, *, roles: frozenset[Role], user_agent: str) -> Tokens:
        secret = self._resources.random(SECRET_BYTES)
        session = begin_session(
            sign_in,
            session_id=self._resources.random(SESSION_ID_BYTES),
            secret=secret,
            user_agent=user_agent,
            limits=self._resources.settings.sessions,
        )
        await self._resources.sessions.add(session)
        return await self._tokens(session, secret, roles=roles)

    async def refresh(self, text: str) -> Tokens:
        """Exchange a refresh token for its successor.

        Raises TokenInvalid if the session is over: expired, ended, its credential or account gone
        or suspended, or ended right now because the token was spent before; TooManyRequests.
        """
        token = await self._read(text)
        found, _ = await asyncio.gather(
            self._find(token),
            self._resources.limiter.spend(Action.TOKEN, session=token.session_id),
        )
        return await self._exchange(token, *found)

    async def _read(self, text: str) -> RefreshToken:
        return read_refresh_token(text, service_key=await self._resources.service_key())

    async def _find(
        self, token: RefreshToken
    ) -> tuple[StoredSession | None, StoredCredential | None]:
        return await asyncio.gather(
            self._resources.sessions.find(token),
            self._resources.accounts.find_credential_by_hash(token.locator, token.credential_hash),
        )

    async def _exchange(
        self, token: RefreshToken, stored: StoredSession | None, owner: StoredCredential | None
    ) -> Tokens:
        if stored is None:
            raise TokenInvalid
        presented = await self._judge(stored.session, token)
        if presented is Presented.FOREIGN:
            raise TokenInvalid
        if presented is Presented.SPENT:
            logger.warning("a spent refresh token was presented: its session ends")
        if (
            presented is Presented.SPENT
            or owner is None
            or not owner.record.usable
            or self._is_over(stored.session, token)
        ):
            await self._resources.sessions.end(stored.session)
            raise TokenInvalid
        secret = await self._succeed(stored, token, presented)
        if secret is None:  # another request was faster, or the session was ended
            return await self._exchange(token, *await self._find(token))
        return await self._tokens(stored.session, secret, roles=owner.record.roles)

    def _is_over(self, session: Session, token: RefreshToken) -> bool:
        live = session.is_live(self._resources.clock())
        return not live or session.sign_in.credential_hash != token.credential_hash

    async def _judge(self, session: Session, token: RefreshToken) -> Presented:
        return judge_secret(
            session,
            token.secret,
            now=self._resources.clock(),
            grace=self._resources.settings.sessions.grace,
            service_key=await self._resources.service_key(),
        )

    async def _succeed(
        self, stored: StoredSession, token: RefreshToken, presented: Presented
    ) -> bytes | None:
        """Rotate, and return the next secret; whoever comes second with the same token gets what
        the first one got. Return None if the session changed since it was read."""
        resources = self._resources
        successor = succeed_secret(token.secret, service_key=await resources.service_key())
        if presented is Presented.CURRENT:
            rotated = stored.session.rotated(
                successor=successor, now=resources.clock(), limits=resources.settings.sessions
            )
            if not await resources.sessions.replace(stored, rotated):
                return None
        return successor

    async def revoke(self, text: str) -> None:
        """End the session of a refresh token. Whoever holds the token may, spent or not."""
        token = await self._read(text)
        stored = await self._resources.sessions.find(token)
        if stored is None:
            return
        if await self._judge(stored.session, token) is not Presented.FOREIGN:
            await self._resources.sessions.end(stored.session)

    async def of_account(self, handle: UserHandle) -> list[Session]:
        return await self._resources.sessions.of_account(handle, now=self._resources.clock())

    async def end(
        self,
        handle: UserHandle,
        *,
        session_id: bytes | None = None,
        credential_hash: bytes | None = None,
    ) -> int:
        """End the account's sessions: all, or the one named, or those of one credential."""
        ending = [
            session
            for session in await self.of_account(handle)
            if session_id in (None, session.id)
            and credential_hash in (None, session.sign_in.credential_hash)
        ]
        await asyncio.gather(*(self._resources.sessions.end(session) for session in ending))
        return len(ending)

    async def _tokens(self, session: Session, secret: bytes, *, roles: frozenset[Role]) -> Tokens:
        resources, sign_in = self._resources, session.sign_in
        now, settings = resources.clock(), resources.settings
        token = AccessToken(
            user_handle=sign_in.user_handle,
            scope=Scope.ACCOUNT,
            auth_time=sign_in.at,
            expires_at=now + timedelta(seconds=settings.tokens.lifetime_seconds),
            amr=authentication_methods(user_verified=sign_in.user_verified),
            acr=PHISHING_RESISTANT,
            aal=assurance_level(user_verified=sign_in.user_verified),
            roles=roles,
            credential_hash=sign_in.credential_hash,
            session_id=session.id,
        )
        return Tokens(
            access_token=await self.issue(token),
            expires_in=settings.tokens.lifetime_seconds,
            refresh_token=_token(session, secret).encode(service_key=await resources.service_key()),
            refresh_expires_in=int(
                min(settings.sessions.idle, session.expires_at - now).total_seconds()
            ),
            session=session,
        )

    async def issue(self, token: AccessToken) -> str:
        resources = self._resources
        return issue_token(
            token,
            token_id=base64url.encode(resources.random(_TOKEN_ID_BYTES)),
            client_id=resources.settings.policy.rp_id,
            key=await resources.signing_key(),
            settings=resources.settings.tokens,
            now=resources.clock(),
        )


def _token(session: Session, secret: bytes) -> RefreshToken:
    return RefreshToken(
        day=day_of(session.expires_at.timestamp()),
        locator=locate_handle(session.sign_in.user_handle),
        session_id=session.id,
        credential_hash=session.sign_in.credential_hash,
        secret=secret,
    )
