"""A session and its rotation.

A refresh token is spent by its use, and what it is exchanged for is derived from it, so nothing
that could be presented is ever stored. An answer may get lost, and its client comes again with the
token that it still has. As long as the successor was not used, that is a retry, however late:

- In the grace, the successor is the *same*: two tabs refresh in the same moment.
- Later, it is the same secret under another number. Of these, one only can be used. A client that
  lost an answer never has the other one. Somebody who has copied the token, and follows its owner,
  has one and the owner another: the second of them that is presented shows it.

So a token was copied if it comes after its successor was used, or if another number of it was used
before: the session ends for everybody (RFC 9700 section 4.14.2).

A retry may come so many times and no more: whoever has lost twenty answers to one token signs in
again. That shows no theft, so it is no alarm, but the session ends, as its tokens are out so often.
Within the grace nothing is counted, as many tabs would wait for one another at the one row: there
the limit of the session bounds them.
"""

import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from hashlib import sha256

from shared.accounts.handles import UserHandle
from shared.sessions.binding import Binding

SESSION_ID_BYTES = 16
SECRET_BYTES = 32
_HOUR = timedelta(hours=1)
MOST_RETRIES = 20
MAX_STEPS = 10_000  # some milliseconds; a session that lives a month is rotated less often


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLimits:
    """NIST SP 800-63B-4 sections 2.1.3, 2.2.3 and 2.3.3 bound both times."""

    absolute: timedelta
    idle: timedelta
    grace: timedelta
    """How long a token that was just spent still gets the same successor, number and all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """What happened at the ceremony that the session began with; refreshing does not change it."""

    user_handle: UserHandle
    credential_hash: bytes
    """SHA-256 of the credential ID."""
    user_verified: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    id: bytes
    sign_in: SignIn
    user_agent: str
    expires_at: datetime
    """However much it is used."""
    idle_expires_at: datetime
    current: bytes
    """SHA-256 of the secret that may be presented next."""
    rotations: int
    rotated_at: datetime
    """When a refresh token was given out last."""
    issue: int = 0
    """The highest number under which the current secret was given out."""
    used_issue: int = 0
    """The number of the secret before, of the token that was used."""
    refreshed_by: bytes = b""
    """What the client that used it looked like, hashed."""
    binding: Binding | None = None
    """None in a session of an earlier version."""

    @property
    def thumbprint(self) -> str | None:
        """Of the key that its tokens are bound to."""
        return None if self.binding is None else self.binding.thumbprint

    def is_live(self, now: datetime) -> bool:
        return now < min(self.expires_at, self.idle_expires_at)

    def seems_used_at(self) -> datetime:
        """To the hour: whoever has copied a token must not see when its owner has refreshed, and
        follow at once."""
        return max(_hour(self.rotated_at), self.sign_in.at)

    def seems_over_at(self) -> datetime:
        """At the latest, if it stays unused."""
        return min(self.expires_at, _hour(self.idle_expires_at) + _HOUR)

    def rotated(
        self,
        *,
        successor: bytes,
        now: datetime,
        limits: SessionLimits,
        binding: Binding,
        used_issue: int = 0,
        refreshed_by: bytes = b"",
    ) -> "Session":
        """`binding` is for a session that has none yet."""
        return replace(
            self,
            current=hash_secret(successor),
            rotations=self.rotations + 1,
            rotated_at=now,
            idle_expires_at=now + limits.idle,
            issue=0,
            used_issue=used_issue,
            refreshed_by=refreshed_by,
            binding=self.binding or binding,
        )

    def reissued(self, *, now: datetime, limits: SessionLimits) -> "Session":
        """The current secret is given out once more, under the next number."""
        return replace(
            self,
            issue=self.issue + 1,
            rotated_at=now,
            idle_expires_at=now + limits.idle,
        )


class TokenStatus(Enum):
    """What a presented secret is to a session."""

    CURRENT = auto()
    JUST_SPENT = auto()
    """And its successor was not used."""
    UNANSWERED = auto()
    """Spent longer ago, but its successor was not used: perhaps it never arrived."""
    TOO_OFTEN = auto()
    """As that, but after all retries that there are."""
    SPENT = auto()
    FOREIGN = auto()
    """Never was one of this session's: no reason to end it, or anybody could."""


def begin_session(
    sign_in: SignIn,
    *,
    session_id: bytes,
    secret: bytes,
    user_agent: str,
    limits: SessionLimits,
    binding: Binding,
) -> Session:
    return Session(
        id=session_id,
        sign_in=sign_in,
        user_agent=user_agent,
        expires_at=sign_in.at + limits.absolute,
        idle_expires_at=sign_in.at + limits.idle,
        current=hash_secret(secret),
        rotations=0,
        rotated_at=sign_in.at,
        binding=binding,
    )


def classify_secret(
    session: Session,
    secret: bytes,
    *,
    issue: int = 0,
    now: datetime,
    grace: timedelta,
    service_key: bytes,
) -> TokenStatus:
    """Follow the secret's successors: one that leads to the current secret was spent before.

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


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def hash_credential(credential_id: bytes) -> bytes:
    return sha256(credential_id).digest()


def hash_secret(secret: bytes) -> bytes:
    """A plain hash: the secret has 256 bits of its own."""
    return sha256(secret).digest()


def next_secret(secret: bytes, *, service_key: bytes) -> bytes:
    """The one successor of a secret; without the service key nobody can run ahead."""
    return hmac.digest(service_key, b"refresh token\0" + secret, "sha256")
