"""What the events of a refresh say."""

import logging

from shared.audit.facts import Fact
from shared.relying_party.sessions.refresh_rules import PresentedToken
from shared.sessions.client_traits import is_other_client
from shared.sessions.session import Session

logger = logging.getLogger("touchstone.sessions")


def facts_of_retry(session: Session, presented: PresentedToken) -> dict[str, Fact]:
    if is_other_client(session.refreshed_by, presented.client):
        logger.warning("a refresh token was sent again, from another address or user agent")
        return {"again": True, "elsewhere": True}
    return {"again": True}
