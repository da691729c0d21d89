"""Sessions: opened by a sign-in, carried on by `refreshing`, ended by many things."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared import base64url
from shared.accounts.handles import AccountLocator, UserHandle, locate_handle
from shared.accounts.roles import Role
from shared.audit.event import Actor, Kind
from shared.audit.facts import CredentialFacts
from shared.recording.actors import user
from shared.recording.attempt import Attempt
from shared.relying_party.sessions.token_issue import Issue
from shared.resources import Resources
from shared.sessions.access_token import (
    PHISHING_RESISTANT,
    AccessToken,
    Scope,
    assurance_level,
    authentication_methods,
    issue_token,
)
from shared.sessions.refresh_token import RefreshToken, day_of
from shared.sessions.session import SECRET_BYTES, SESSION_ID_BYTES, Session, SignIn, begin_session
from shared.storage.audit.statements import Partition

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
    scope: Scope
    """Of the access token."""

    @property
    def type(self) -> str:
        """RFC 6749 section 7.1."""
        return "Bearer" if self.session.thumbprint is None else "DPoP"


class Sessions:
    def __init__(self, resources: Resources) -> None:
        self._resources = resources

    def partition(self, locator: AccountLocator, *, signed_in_at: datetime) -> Partition:
        """The partition of a session that opens then."""
        ends_at = signed_in_at + self._resources.settings.sessions.absolute
        return self._resources.sessions.partition(locator, ends_at=ends_at)

    async def open(
        self,
        sign_in: SignIn,
        *,
        roles: frozenset[Role],
        user_agent: str,
        issue: Issue,
        attempt: Attempt,
    ) -> Tokens:
        secret = self._resources.random(SECRET_BYTES)
        session = begin_session(
            sign_in,
            session_id=self._resources.random(SESSION_ID_BYTES),
            secret=secret,
            user_agent=user_agent,
            limits=self._resources.settings.sessions,
            binding=issue.binding,
        )
        token_id = self.new_token_id()
        attempt.add_details(session=session.id)
        await self._resources.sessions.add(session, event=attempt.success(token=token_id))
        return await self.tokens(session, secret, roles=roles, scope=issue.scope, token_id=token_id)

    async def of_account(self, handle: UserHandle) -> list[Session]:
        return await self._resources.sessions.of_account(handle, now=self._resources.clock())

    async def end(
        self,
        handle: UserHandle,
        *,
        by: Actor,
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
        await asyncio.gather(*(self.end_one(session, by=by) for session in ending))
        return len(ending)

    async def end_one(self, session: Session, *, by: Actor) -> None:
        handle = session.sign_in.user_handle
        attempt = self._resources.trail.attempt(
            Kind.SESSION_ENDED,
            actor=by,
            target=user(handle),
            session=session.id,
            credential=CredentialFacts(hash=session.sign_in.credential_hash),
        )
        sessions = self._resources.sessions
        await attempt.announce(
            sessions.partition(locate_handle(handle), ends_at=session.expires_at)
        )
        if not await sessions.end(session, event=attempt.success()):
            await attempt.succeed(facts={"again": True})

    async def tokens(
        self,
        session: Session,
        secret: bytes,
        *,
        roles: frozenset[Role],
        scope: Scope,
        token_id: str,
    ) -> Tokens:
        resources, sign_in = self._resources, session.sign_in
        now, settings = resources.clock(), resources.settings
        token = AccessToken(
            user_handle=sign_in.user_handle,
            scope=scope,
            auth_time=sign_in.at,
            expires_at=now + timedelta(seconds=settings.tokens.lifetime_seconds),
            amr=authentication_methods(user_verified=sign_in.user_verified),
            acr=PHISHING_RESISTANT,
            aal=assurance_level(user_verified=sign_in.user_verified),
            roles=roles,
            credential_hash=sign_in.credential_hash,
            session_id=session.id,
            session_ends_at=session.expires_at,
            thumbprint=session.thumbprint,
        )
        return Tokens(
            access_token=await self._sign(token, token_id=token_id, now=now),
            expires_in=settings.tokens.lifetime_seconds,
            refresh_token=_token(session, secret).encode(
                service_key=await resources.service_key.get()
            ),
            refresh_expires_in=int(
                (min(session.idle_expires_at, session.expires_at) - now).total_seconds()
            ),
            session=session,
            scope=scope,
        )

    def new_token_id(self) -> str:
        return base64url.encode(self._resources.random(_TOKEN_ID_BYTES))

    async def issue(self, token: AccessToken) -> str:
        """One that no session stands behind."""
        return await self._sign(token, token_id=self.new_token_id(), now=self._resources.clock())

    async def _sign(self, token: AccessToken, *, token_id: str, now: datetime) -> str:
        resources = self._resources
        return issue_token(
            token,
            token_id=token_id,
            client_id=resources.settings.policy.rp_id,
            key=await resources.current_keys.signing_key(),
            settings=resources.settings.tokens,
            now=now,
        )


def _token(session: Session, secret: bytes) -> RefreshToken:
    return RefreshToken(
        day=day_of(session.expires_at.timestamp()),
        locator=locate_handle(session.sign_in.user_handle),
        session_id=session.id,
        credential_hash=session.sign_in.credential_hash,
        secret=secret,
        issue=session.issue,
    )
