"""Exchanges refresh tokens for their successors."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import NoReturn

from shared.audit.event import Kind
from shared.audit.facts import Fact
from shared.audit.session_end import SessionEnd
from shared.keys.current_keys import CurrentKeys
from shared.rate_limits.limiter import RateLimiter
from shared.recording.actors import owner_of, user
from shared.recording.attempt import Attempt
from shared.recording.audit_recorder import AuditRecorder
from shared.recording.event_details import EventDetails
from shared.relying_party.callers.client import Client
from shared.relying_party.sessions.ending import SessionEnding
from shared.relying_party.sessions.refresh_count import RefreshCount
from shared.relying_party.sessions.refresh_events import (
    end_and_refuse,
    facts_of_retry,
    refuse,
)
from shared.relying_party.sessions.refresh_rules import (
    PresentedToken,
    Rotated,
    classify,
    details_of_token,
    next_session,
    reason_to_end,
    reason_to_refuse,
)
from shared.relying_party.sessions.token_issue import Issue
from shared.relying_party.sessions.token_issuer import TokenIssuer, Tokens
from shared.sessions.client_traits import hash_looks
from shared.sessions.refresh_token import RefreshToken, read_refresh_token
from shared.sessions.rotation import TokenStatus, next_secret
from shared.sessions.session import Session, SessionLimits
from shared.storage.accounts.accounts import AccountStore, StoredCredential
from shared.storage.service_key import ServiceKey
from shared.storage.sessions import SessionStore, StoredSession


class Refreshing:
    def __init__(
        self,
        *,
        session_store: SessionStore,
        ending: SessionEnding,
        accounts: AccountStore,
        limits: SessionLimits,
        token_issuer: TokenIssuer,
        service_key: ServiceKey,
        keys: CurrentKeys,
        limiter: RateLimiter,
        recorder: AuditRecorder,
        clock: Callable[[], datetime],
    ) -> None:
        self._session_store = session_store
        self._ending = ending
        self._accounts = accounts
        self._limits = limits
        self._token_issuer = token_issuer
        self._service_key = service_key
        self._keys = keys
        self._limiter = limiter
        self._recorder = recorder
        self._clock = clock

    async def refresh(self, text: str, issue: Issue, *, client: Client) -> Tokens:
        """Exchange a refresh token for its successor. `issue` is how the token was sent, and which
        access token is wanted.

        Raises TokenInvalid if the session has ended or ends now, as the token was used before;
        TooManyRequests.
        """
        rotated = await self.rotate(text, issue, client=client)
        return await self._token_issuer.issue_for(
            rotated.session,
            rotated.secret,
            roles=rotated.record.roles,
            scope=issue.scope,
            token_id=rotated.token_id,
        )

    async def rotate(
        self, text: str, issue: Issue, *, client: Client, facts: Mapping[str, Fact] | None = None
    ) -> Rotated:
        """Like `refresh`, without the tokens. `facts` are for the event."""
        presented = await self._present(text, issue, client)
        # Before the token is used up: without a key there would be no token to return.
        await self._keys.signing_key()
        token = presented.token
        details = details_of_token(token) | EventDetails(facts=dict(facts or {}))
        async with self._recorder.attempt(Kind.TOKEN_REFRESHED, **details) as attempt:
            found, _ = await asyncio.gather(
                self._find(token),
                attempt.announce(self._session_store.partition(token.locator)),
            )
            count = RefreshCount(self._limiter, presented)
            return await self._exchange(presented, *found, attempt, count)

    async def _present(self, text: str, issue: Issue, client: Client) -> PresentedToken:
        service_key = await self._service_key.get()
        return PresentedToken(
            token=read_refresh_token(text, service_key=service_key),
            issue=issue,
            client=hash_looks(
                address=client.address or "",
                user_agent=client.user_agent,
                service_key=service_key,
            ),
            at=self._clock(),
        )

    async def _find(
        self, token: RefreshToken
    ) -> tuple[StoredSession | None, StoredCredential | None]:
        return await asyncio.gather(
            self._session_store.find(token.locator, token.session_id),
            self._accounts.find_credential_by_hash(token.locator, token.credential_hash),
        )

    async def _exchange(
        self,
        presented: PresentedToken,
        stored: StoredSession | None,
        owner: StoredCredential | None,
        attempt: Attempt,
        count: RefreshCount,
    ) -> Rotated:
        if stored is None:
            await count.add()
            refuse(attempt, "session_unknown")
        session, service_key = stored.session, await self._service_key.get()
        status = classify(session, presented, limits=self._limits, service_key=service_key)
        if reason := reason_to_refuse(session, presented, status):
            await count.add()
            refuse(attempt, reason)
        # Within the grace period a token is answered again and changes nothing.
        await (
            count.add() if status is TokenStatus.JUST_SPENT else count.add_without_pause(session)
        )
        whose = user(session.sign_in.user_handle) if owner is None else owner_of(owner.record)
        attempt.add_details(target=whose)
        over = reason_to_end(
            session,
            presented,
            status,
            credential_is_active=owner is not None and owner.record.is_active,
            limits=self._limits,
            now=self._clock(),
        )
        if owner is None or over:
            await self._end(stored, attempt, over or SessionEnd.CREDENTIAL_GONE)
        token_id = self._token_issuer.new_token_id()
        details = EventDetails(actor=whose, token=token_id)
        if rotated := await self._rotate(stored, presented, status, attempt, details):
            session, secret = rotated
            return Rotated(session=session, secret=secret, record=owner.record, token_id=token_id)
        await count.add()  # another request was faster, or the session was ended
        found = await self._find(presented.token)
        return await self._exchange(presented, *found, attempt, count)

    async def _end(self, stored: StoredSession, attempt: Attempt, reason: SessionEnd) -> NoReturn:
        """The event of the refusal is written in the same transaction."""
        tell = reason is not SessionEnd.SESSION_OVER  # clients have times of their own
        await end_and_refuse(attempt, reason, partial(self._ending.end, stored, tell=tell))

    async def _rotate(
        self,
        stored: StoredSession,
        presented: PresentedToken,
        status: TokenStatus,
        attempt: Attempt,
        details: EventDetails,
    ) -> tuple[Session, bytes] | None:
        """Return the session with its next secret; None if it changed since it was read."""
        session, service_key = stored.session, await self._service_key.get()
        successor = next_secret(presented.token.secret, service_key=service_key)
        if status is not TokenStatus.CURRENT:
            details |= EventDetails(facts=facts_of_retry(session, presented))
        if status is TokenStatus.JUST_SPENT:
            await attempt.succeed(**details)
            return session, successor
        new = next_session(
            session,
            presented,
            status,
            successor=successor,
            limits=self._limits,
            now=self._clock(),
        )
        change = partial(self._session_store.replace, stored, new)
        replaced = await attempt.try_commit(change, **details)
        return (new, successor) if replaced else None
