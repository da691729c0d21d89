"""A session, and the sign-in that it began with."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from shared.accounts.handles import UserHandle
from shared.sessions.binding import Binding
from shared.sessions.client_grant import ClientGrant
from shared.sessions.client_use import ClientUse

SESSION_ID_BYTES = 16
SECRET_BYTES = 32
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLimits:
    """NIST SP 800-63B-4 sections 2.1.3, 2.2.3 and 2.3.3 bound both times."""

    absolute: timedelta
    idle: timedelta
    grace: timedelta
    """The time for which a used token still gets the same successor, with the same number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """The ceremony that the session began with. A refresh does not change this."""

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
    binding: Binding
    expires_at: datetime
    """The session ends then, even if it is used."""
    idle_expires_at: datetime
    current: bytes
    """SHA-256 of the secret that may be presented next."""
    rotations: int
    rotated_at: datetime
    """The last time at which a refresh token was given out."""
    issue: int = 0
    """The highest number under which the current secret was given out."""
    used_issue: int = 0
    """The number of the previous secret in the token that was used."""
    refreshed_by: bytes = b""
    """The traits of the client that used that token, hashed."""
    clients: tuple[ClientUse, ...] = ()
    """The clients that the person is signed in to with it, the latest last."""
    grant: ClientGrant | None = None
    """If it is not the person's, but a client's with offline access."""

    @property
    def thumbprint(self) -> str | None:
        """The thumbprint of the key that its tokens are bound to."""
        return self.binding.thumbprint

    @property
    def ends_at(self) -> datetime:
        """If it is not used before."""
        return min(self.expires_at, self.idle_expires_at)

    def is_live(self, now: datetime) -> bool:
        return now < self.ends_at

    def seems_used_at(self) -> datetime:
        """The last use, to the hour: a thief with a copied token must not see when the owner
        refreshes, and follow immediately."""
        return max(_hour(self.rotated_at), self.sign_in.at)

    def seems_over_at(self) -> datetime:
        """The latest end of the session if it stays unused, to the hour."""
        return min(self.expires_at, _hour(self.idle_expires_at) + _HOUR)

    def rotated(
        self,
        *,
        successor: bytes,
        now: datetime,
        limits: SessionLimits,
        used_issue: int = 0,
        refreshed_by: bytes = b"",
    ) -> "Session":
        return replace(
            self,
            current=hash_secret(successor),
            rotations=self.rotations + 1,
            rotated_at=now,
            idle_expires_at=now + limits.idle,
            issue=0,
            used_issue=used_issue,
            refreshed_by=refreshed_by,
        )

    def reissued(self, *, now: datetime, limits: SessionLimits) -> "Session":
        """The current secret is given out once more, under the next number."""
        return replace(
            self,
            issue=self.issue + 1,
            rotated_at=now,
            idle_expires_at=now + limits.idle,
        )


def begin_session(
    sign_in: SignIn,
    *,
    session_id: bytes,
    secret: bytes,
    user_agent: str,
    limits: SessionLimits,
    binding: Binding,
    grant: ClientGrant | None = None,
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
        grant=grant,
    )


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def hash_credential(credential_id: bytes) -> bytes:
    return sha256(credential_id).digest()


def hash_secret(secret: bytes) -> bytes:
    """A plain hash is enough, as the secret has 256 random bits."""
    return sha256(secret).digest()
