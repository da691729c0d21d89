"""Refresh tokens: exchanged for their successors, or revoked with their sessions."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from shared.audit.event import Kind
from shared.audit.facts import CredentialFacts, Fact
from shared.audit.session_end import SessionEnd
from shared.errors import TokenInvalid
from shared.rate_limits.policy import Action
from shared.recording.actors import owner_of, user
from shared.recording.attempt import Attempt
from shared.recording.event_details import EventDetails
from shared.relying_party.callers.client import Client
from shared.relying_party.sessions.sessions import Sessions, Tokens
from shared.relying_party.sessions.token_issue import Issue
from shared.resources import Resources
from shared.sessions.binding import may_refresh
from shared.sessions.client_traits import hash_looks, is_other_agent, is_other_client
from shared.sessions.refresh_token import RefreshToken, read_refresh_token
from shared.sessions.rotation import TokenStatus, classify_secret, next_secret
from shared.sessions.session import Session
from shared.storage.accounts.accounts import StoredCredential
from shared.storage.sessions import StoredSession

logger = logging.getLogger("touchstone.sessions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A refresh as it was asked for."""

    token: RefreshToken
    issue: Issue
    client: bytes
    """What it looks like, hashed."""
    at: datetime


class Refreshing:
    def __init__(self, resources: Resources, sessions: Sessions) -> None:
        self._resources = resources
        self._sessions = sessions

    async def refresh(self, text: str, issue: Issue, *, client: Client) -> Tokens:
        """Exchange a refresh token for its successor. `issue` is how the token was presented, and
        what is asked for.

        Raises TokenInvalid if the session is over: expired, ended, its credential or account gone
        or suspended, or ended right now because the token was spent before; TooManyRequests.
        """
        token, at = await self._read(text), self._resources.clock()
        # Before the token is spent: without a key there would be nothing to give for it.
        await self._resources.current_keys.signing_key()
        attempt = self._resources.trail.attempt(Kind.TOKEN_REFRESHED, **_bears(token))
        async with attempt:
            found, *_ = await asyncio.gather(
                self._find(token),
                self._resources.limiter.spend(Action.TOKEN, session=token.session_id),
                attempt.announce(self._resources.sessions.partition_of(token)),
            )
            asked = Asked(
                token=token,
                issue=issue,
                client=hash_looks(
                    address=client.address or "",
                    user_agent=client.user_agent,
                    service_key=await self._resources.service_key.get(),
                ),
                at=at,
            )
            return await self._exchange(asked, *found, attempt)

    async def _read(self, text: str) -> RefreshToken:
        return read_refresh_token(text, service_key=await self._resources.service_key.get())

    async def _find(
        self, token: RefreshToken
    ) -> tuple[StoredSession | None, StoredCredential | None]:
        return await asyncio.gather(
            self._resources.sessions.find(token),
            self._resources.accounts.find_credential_by_hash(token.locator, token.credential_hash),
        )

    async def _exchange(
        self,
        asked: Asked,
        stored: StoredSession | None,
        owner: StoredCredential | None,
        attempt: Attempt,
    ) -> Tokens:
        if stored is None:
            attempt.add_details(reason="session_unknown")
            raise TokenInvalid
        presented = await self._judge(stored.session, asked.token, at=asked.at)
        if presented is TokenStatus.JUST_SPENT and _is_no_tab(stored.session, asked):
            presented = TokenStatus.SPENT
        if presented is TokenStatus.FOREIGN:
            attempt.add_details(reason="token_foreign")
            raise TokenInvalid
        if not may_refresh(stored.session.binding, asked.issue.binding):
            attempt.add_details(reason="token_bound_otherwise")
            raise TokenInvalid
        handle = stored.session.sign_in.user_handle
        whose = user(handle) if owner is None else owner_of(owner.record)
        attempt.add_details(target=whose)
        over = self._why_over(stored.session, asked.token, presented, owner)
        if owner is None or over:
            reason = over or SessionEnd.CREDENTIAL_GONE
            await self._end_session(stored.session, attempt, reason=reason)
        token_id, roles = self._sessions.new_token_id(), owner.record.roles
        told = EventDetails(actor=whose, token=token_id)
        succeeded = await self._succeed(stored, asked, presented, attempt, told)
        if succeeded is None:  # another request was faster, or the session was ended
            return await self._exchange(asked, *await self._find(asked.token), attempt)
        return await self._sessions.tokens(
            *succeeded, roles=roles, scope=asked.issue.scope, token_id=token_id
        )

    def _why_over(
        self,
        session: Session,
        token: RefreshToken,
        presented: TokenStatus,
        owner: StoredCredential | None,
    ) -> SessionEnd | None:
        """None if the session goes on."""
        if presented is TokenStatus.SPENT:
            logger.warning("a used refresh token was presented: its session ends")
            return SessionEnd.TOKEN_REUSED
        if presented is TokenStatus.TOO_OFTEN:
            return SessionEnd.RETRIED_TOO_OFTEN
        if owner is None or not owner.record.is_active:
            return SessionEnd.CREDENTIAL_GONE
        now, longest = self._resources.clock(), self._resources.settings.sessions.absolute
        # What is set now counts too, as it may have been shortened because of what happened.
        live = session.is_live(now) and now < session.sign_in.at + longest
        same = session.sign_in.credential_hash == token.credential_hash
        return None if live and same else SessionEnd.SESSION_OVER

    async def _end_session(
        self, session: Session, attempt: Attempt, *, reason: SessionEnd
    ) -> NoReturn:
        """The session ends, and in the same transaction it is told why."""
        if reason is SessionEnd.TOKEN_REUSED:
            attempt.reclassify(Kind.TOKEN_REUSED)
        attempt.add_details(reason=reason)
        sessions = self._resources.sessions
        await attempt.fail_with_change(
            TokenInvalid(), lambda event: sessions.end(session, event=event)
        )

    async def _judge(self, session: Session, token: RefreshToken, *, at: datetime) -> TokenStatus:
        """As of the moment at which the token was presented, however long this has taken since."""
        return classify_secret(
            session,
            token.secret,
            issue=token.issue,
            now=at,
            grace=self._resources.settings.sessions.grace,
            service_key=await self._resources.service_key.get(),
        )

    async def _succeed(
        self,
        stored: StoredSession,
        asked: Asked,
        presented: TokenStatus,
        attempt: Attempt,
        what: EventDetails,
    ) -> tuple[Session, bytes] | None:
        """Rotate, and return the session with its next secret. Return None if the session changed
        since it was read."""
        resources, session = self._resources, stored.session
        limits, now = resources.settings.sessions, resources.clock()
        successor = next_secret(asked.token.secret, service_key=await resources.service_key.get())
        if presented is TokenStatus.CURRENT:
            follower = session.rotated(
                successor=successor,
                now=now,
                limits=limits,
                binding=asked.issue.binding,
                used_issue=asked.token.issue,
                refreshed_by=asked.client,
            )
        else:
            what |= EventDetails(facts=_facts_of_retry(session, asked))
            if presented is TokenStatus.JUST_SPENT:
                await attempt.succeed(**what)
                return session, successor
            follower = session.reissued(now=now, limits=limits)
        if not await resources.sessions.replace(stored, follower, event=attempt.success(**what)):
            return None
        return follower, successor

    async def revoke(self, text: str) -> None:
        """End the session of a refresh token. Whoever holds the token may, spent or not."""
        token = await self._read(text)
        stored = await self._resources.sessions.find(token)
        if stored is None:
            return
        now = self._resources.clock()
        if await self._judge(stored.session, token, at=now) is not TokenStatus.FOREIGN:
            by = user(stored.session.sign_in.user_handle)
            await self._sessions.end_one(stored.session, by=by)


def _is_no_tab(session: Session, asked: Asked) -> bool:
    """Two tabs refresh in the same moment, or a request is repeated: that is all that the grace is
    for, and all of it is of one browser. Somebody else who follows its owner within seconds would
    never be found out by the order in which tokens are presented."""
    return is_other_agent(session.refreshed_by, asked.client)


def _facts_of_retry(session: Session, asked: Asked) -> dict[str, Fact]:
    facts: dict[str, Fact] = {"again": True}
    if is_other_client(session.refreshed_by, asked.client):
        logger.warning("a refresh token was sent again, from another address or user agent")
        facts |= {"elsewhere": True}
    return facts


def _bears(token: RefreshToken) -> EventDetails:
    """What a token says of itself; that it is ours is known from its seal."""
    return EventDetails(
        target=user(token.locator),
        session=token.session_id,
        credential=CredentialFacts(hash=token.credential_hash),
    )
