"""What the events of a refresh say."""

import logging
from typing import NoReturn

from shared.audit.event import Kind
from shared.audit.facts import Fact
from shared.audit.session_end import SessionEnd
from shared.errors import TokenInvalid
from shared.recording.attempt import Attempt, Change
from shared.relying_party.sessions.refresh_rules import PresentedToken
from shared.sessions.client_traits import is_other_client
from shared.sessions.session import Session

logger = logging.getLogger("touchstone.sessions")


def facts_of_retry(session: Session, presented: PresentedToken) -> dict[str, Fact]:
    if is_other_client(session.refreshed_by, presented.client):
        logger.warning("a refresh token was sent again, from another address or user agent")
        return {"again": True, "elsewhere": True}
    return {"again": True}


def refuse(attempt: Attempt, reason: str) -> NoReturn:
    """While the session continues."""
    attempt.add_details(reason=reason)
    raise TokenInvalid


async def end_and_refuse(attempt: Attempt, reason: SessionEnd, change: Change) -> NoReturn:
    """`change` ends the session."""
    if reason is SessionEnd.TOKEN_REUSED:
        logger.warning("a used refresh token was presented: its session ends")
        attempt.reclassify(Kind.TOKEN_REUSED)
    attempt.add_details(reason=reason)
    await attempt.fail_with_change(TokenInvalid(), change)
