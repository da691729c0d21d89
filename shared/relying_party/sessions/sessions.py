"""Sessions are opened, listed and ended here. `refreshing` keeps them alive."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from shared.accounts.handles import AccountLocator, UserHandle, locate_handle
from shared.accounts.roles import Role
from shared.audit.event import Actor, Kind
from shared.audit.facts import CredentialFacts
from shared.recording.actors import user
from shared.recording.audit_recorder import AuditRecorder
from shared.relying_party.sessions.token_issue import Issue
from shared.relying_party.sessions.token_issuer import TokenIssuer, Tokens
from shared.sessions.access_token import Scope
from shared.sessions.session import (
    SECRET_BYTES,
    SESSION_ID_BYTES,
    Session,
    SessionLimits,
    SignIn,
    begin_session,
)
from shared.storage.audit.statements import Partition
from shared.storage.sessions import SessionStore


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    session: Session
    secret: bytes
    """The secret of the first refresh token."""
    scope: Scope
    token_id: str
    """The ID of the first access token."""


class Sessions:
    def __init__(
        self,
        *,
        session_store: SessionStore,
        limits: SessionLimits,
        token_issuer: TokenIssuer,
        recorder: AuditRecorder,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
    ) -> None:
        self._session_store = session_store
        self._limits = limits
        self._token_issuer = token_issuer
        self._recorder = recorder
        self._clock = clock
        self._random = random

    def partition(self, locator: AccountLocator, *, signed_in_at: datetime) -> Partition:
        """The partition of a session that opens at this time."""
        ends_at = signed_in_at + self._limits.absolute
        return self._session_store.partition(locator, ends_at=ends_at)

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
        token_id = self._token_issuer.new_token_id()
        return NewSession(session=session, secret=secret, scope=issue.scope, token_id=token_id)

    async def first_tokens(self, new: NewSession, *, roles: frozenset[Role]) -> Tokens:
        """Make the first tokens of a session. The session must be stored."""
        return await self._token_issuer.issue_for(
            new.session, new.secret, roles=roles, scope=new.scope, token_id=new.token_id
        )

    async def of_account(self, handle: UserHandle) -> list[Session]:
        """The live sessions, the latest first."""
        return await self._session_store.of_account(handle, now=self._clock())

    async def end(
        self,
        handle: UserHandle,
        *,
        by: Actor,
        session_id: bytes | None = None,
        credential_hash: bytes | None = None,
    ) -> int:
        """End all sessions of the account, or one of them, or those of one credential."""
        ending = [
            session
            for session in await self.of_account(handle)
            if session_id in (None, session.id)
            and credential_hash in (None, session.sign_in.credential_hash)
        ]
        await asyncio.gather(*(self.end_one(session, by=by) for session in ending))
        return len(ending)

    async def end_one(self, session: Session, *, by: Actor) -> None:
        handle, store = session.sign_in.user_handle, self._session_store
        attempt = self._recorder.attempt(
            Kind.SESSION_ENDED,
            actor=by,
            target=user(handle),
            session=session.id,
            credential=CredentialFacts(hash=session.sign_in.credential_hash),
        )
        await attempt.announce(store.partition(locate_handle(handle), ends_at=session.expires_at))
        if not await attempt.try_commit(partial(store.end, session)):
            await attempt.succeed(facts={"again": True})
