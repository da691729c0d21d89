"""The rotation of refresh tokens: the successor of a token, and the status of a presented one.

A refresh token is used up by its use. The next one is derived from it, so no token that could be
presented is stored. If an answer gets lost, the client presents the token that it still has. If the
successor was not used, that is a retry, however late:

- Within the grace period the successor is the *same*: two tabs may refresh at the same moment.
- Later it is the same secret under another number. Only one of these numbers can be used. A client
  that lost an answer never has the other one. If somebody copied the token, that person has one
  number and the owner has another: the second one that is presented shows it.

So a token was copied if it comes after its successor was used, or if another number of it was used
before. Then the session ends for everybody (RFC 9700 section 4.14.2).

Retries are limited: after twenty lost answers to one token a client has to sign in again. That is
no sign of theft and raises no alarm, but so many copies of a token are not safe, so the session
ends. Within the grace period nothing is counted, as many tabs would wait for the one row: there the
rate limit of the session applies.
"""

import hmac
from datetime import datetime, timedelta
from enum import Enum, auto

from shared.sessions.session import Session, hash_secret

MOST_RETRIES = 20
MAX_STEPS = 10_000  # some milliseconds; a session that lives a month is rotated less often


class TokenStatus(Enum):
    """The status of a presented secret in a session."""

    CURRENT = auto()
    JUST_SPENT = auto()
    """Used within the grace period; its successor was not."""
    UNANSWERED = auto()
    """Used longer ago, and its successor was not: perhaps the answer got lost."""
    TOO_OFTEN = auto()
    """Like UNANSWERED, but no retry is left."""
    SPENT = auto()
    FOREIGN = auto()
    """Never a secret of this session. The session goes on, else anybody could end it."""


def classify_secret(
    session: Session,
    secret: bytes,
    *,
    issue: int = 0,
    now: datetime,
    grace: timedelta,
    service_key: bytes,
) -> TokenStatus:
    """Follow the secret's successors. If they lead to the current secret, it was used before.

    `issue` is the number under which the secret was given out.
    """
    for steps in range(min(session.rotations, MAX_STEPS) + 1):
        if hmac.compare_digest(hash_secret(secret), session.current):
            if steps == 0:
                return TokenStatus.CURRENT
            if steps > 1 or issue != session.used_issue:
                return TokenStatus.SPENT
            if now - session.rotated_at <= grace:
                return TokenStatus.JUST_SPENT
            used_up = session.issue >= MOST_RETRIES
            return TokenStatus.TOO_OFTEN if used_up else TokenStatus.UNANSWERED
        secret = next_secret(secret, service_key=service_key)
    return TokenStatus.FOREIGN


def next_secret(secret: bytes, *, service_key: bytes) -> bytes:
    """The only successor of a secret. Without the service key nobody can compute it."""
    return hmac.digest(service_key, b"refresh token\0" + secret, "sha256")
