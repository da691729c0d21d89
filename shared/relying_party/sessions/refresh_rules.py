"""Whether a refresh token is accepted, and how its session changes. Pure."""

from dataclasses import dataclass
from datetime import datetime

from shared.accounts.records import CredentialRecord
from shared.audit.facts import CredentialFacts
from shared.audit.session_end import SessionEnd
from shared.recording.actors import user
from shared.recording.event_details import EventDetails
from shared.relying_party.sessions.token_issue import Issue
from shared.sessions.client_traits import is_other_agent
from shared.sessions.refresh_token import RefreshToken
from shared.sessions.rotation import TokenStatus, classify_secret
from shared.sessions.session import Session, SessionLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentedToken:
    """A refresh token as a client presented it."""

    token: RefreshToken
    issue: Issue
    """How the token was sent, and which access token is wanted."""
    client: bytes
    """The traits of the client, hashed."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)  # a repr would show the secret
class Rotated:
    session: Session
    secret: bytes
    """The secret of the next refresh token."""
    record: CredentialRecord
    token_id: str
    """The ID of the next access token, as its event has it."""


def classify(
    session: Session, presented: PresentedToken, *, limits: SessionLimits, service_key: bytes
) -> TokenStatus:
    """Uses the time at which the token was presented, even if the request took long since."""
    status = classify_secret(
        session,
        presented.token.secret,
        issue=presented.token.issue,
        now=presented.at,
        grace=limits.grace,
        service_key=service_key,
    )
    # The grace period is for two tabs or a repeated request, so for one browser. The order of the
    # tokens does not show a thief who follows the owner within seconds.
    if status is TokenStatus.JUST_SPENT and is_other_agent(session.refreshed_by, presented.client):
        return TokenStatus.SPENT
    return status


def reason_to_refuse(
    session: Session, presented: PresentedToken, status: TokenStatus
) -> str | None:
    """The reason to refuse the token, if the session continues."""
    if status is TokenStatus.FOREIGN:
        return "token_foreign"
    if session.binding != presented.issue.binding:
        return "token_bound_otherwise"
    return None


def reason_to_end(
    session: Session,
    presented: PresentedToken,
    status: TokenStatus,
    *,
    credential_is_active: bool,
    limits: SessionLimits,
    now: datetime,
) -> SessionEnd | None:
    """The reason to refuse the token, if the session ends too."""
    if status is TokenStatus.SPENT:
        return SessionEnd.TOKEN_REUSED
    if status is TokenStatus.TOO_OFTEN:
        return SessionEnd.RETRIED_TOO_OFTEN
    if not credential_is_active:
        return SessionEnd.CREDENTIAL_GONE
    # The current limits apply too: they may have been lowered since the session began.
    is_live = session.is_live(now) and now < session.sign_in.at + limits.absolute
    same = session.sign_in.credential_hash == presented.token.credential_hash
    return None if is_live and same else SessionEnd.SESSION_OVER


def next_session(
    session: Session,
    presented: PresentedToken,
    status: TokenStatus,
    *,
    successor: bytes,
    limits: SessionLimits,
    now: datetime,
) -> Session:
    """The session with its new secret; or, for a retry, with a new number of the same secret."""
    if status is not TokenStatus.CURRENT:
        return session.reissued(now=now, limits=limits)
    return session.rotated(
        successor=successor,
        now=now,
        limits=limits,
        used_issue=presented.token.issue,
        refreshed_by=presented.client,
    )


def details_of_token(token: RefreshToken) -> EventDetails:
    """The content of the token. Its seal proves that we issued it."""
    return EventDetails(
        target=user(token.locator),
        session=token.session_id,
        credential=CredentialFacts(hash=token.credential_hash),
    )
