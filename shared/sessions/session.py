"""A session and its rotation.

A refresh token is spent by its use, and what it is exchanged for is derived from it. So of two
tabs that present one token in the same moment both get the *same* successor, and nothing that
could be presented is ever stored. Whoever presents a spent token later than that has copied it:
the session ends for everybody (RFC 9700 section 4.14.2).
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
MAX_STEPS = 10_000  # some milliseconds; a session that lives a month is rotated less often


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLimits:
    """NIST SP 800-63B-4 sections 2.1.3, 2.2.3 and 2.3.3 bound both times."""

    absolute: timedelta
    idle: timedelta
    grace: timedelta
    """How long a token that was just spent still gets the successor that it was spent for."""


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
    binding: Binding | None = None
    """None in a session of an earlier version."""

    @property
    def thumbprint(self) -> str | None:
        """Of the key that its tokens are bound to."""
        return None if self.binding is None else self.binding.thumbprint

    def is_live(self, now: datetime) -> bool:
        return now < min(self.expires_at, self.idle_expires_at)

    def rotated(
        self, *, successor: bytes, now: datetime, limits: SessionLimits, binding: Binding
    ) -> "Session":
        """`binding` is for a session that has none yet."""
        return replace(
            self,
            current=hash_secret(successor),
            rotations=self.rotations + 1,
            rotated_at=now,
            idle_expires_at=now + limits.idle,
            binding=self.binding or binding,
        )


class Presented(Enum):
    """What a presented secret is to a session."""

    CURRENT = auto()
    JUST_SPENT = auto()
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


def judge_secret(
    session: Session, secret: bytes, *, now: datetime, grace: timedelta, service_key: bytes
) -> Presented:
    """Follow the secret's successors: one that leads to the current secret was spent before."""
    for steps in range(min(session.rotations, MAX_STEPS) + 1):
        if hmac.compare_digest(hash_secret(secret), session.current):
            if steps == 0:
                return Presented.CURRENT
            just_now = steps == 1 and now - session.rotated_at <= grace
            return Presented.JUST_SPENT if just_now else Presented.SPENT
        secret = succeed_secret(secret, service_key=service_key)
    return Presented.FOREIGN


def hash_credential(credential_id: bytes) -> bytes:
    return sha256(credential_id).digest()


def hash_secret(secret: bytes) -> bytes:
    """A plain hash: the secret has 256 bits of its own."""
    return sha256(secret).digest()


def succeed_secret(secret: bytes, *, service_key: bytes) -> bytes:
    """The one successor of a secret; without the service key nobody can run ahead."""
    return hmac.digest(service_key, b"refresh token\0" + secret, "sha256")
