"""The session that something was granted with, in what is sealed for others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from shared import base64url
from shared.accounts.handles import UserHandle

_START = datetime(1970, 1, 1, tzinfo=UTC)
_UNIT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantedSession:
    """The session that the person was signed in with, and the sign-in that it began with."""

    user_handle: UserHandle
    id: bytes
    credential_hash: bytes
    signed_in_at: datetime
    user_verified: bool
    ends_at: datetime
    use: int
    """The client's use of it (`ClientUse.number`)."""


def write_session(session: GrantedSession) -> list[Any]:
    return [
        base64url.encode(session.user_handle),
        base64url.encode(session.id),
        base64url.encode(session.credential_hash),
        (session.signed_in_at - _START) // _UNIT,
        session.user_verified,
        (session.ends_at - _START) // _UNIT,
        session.use,
    ]


def read_session(members: Sequence[Any]) -> GrantedSession:
    """What `write_session` wrote."""
    handle, session_id, credential_hash, signed_in_at, user_verified, ends_at, use = members
    return GrantedSession(
        user_handle=UserHandle(base64url.decode(handle)),
        id=base64url.decode(session_id),
        credential_hash=base64url.decode(credential_hash),
        signed_in_at=_START + signed_in_at * _UNIT,
        user_verified=user_verified,
        ends_at=_START + ends_at * _UNIT,
        use=use,
    )
