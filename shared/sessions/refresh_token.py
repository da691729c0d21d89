"""Refresh tokens: opaque to clients. They have the keys of a session's row, a secret, and a seal.

They decide nothing. The row shows the owner of the session, and whether it is live. Access tokens
name the session, so anybody who sees one knows the keys of the row. A made-up token has no valid
seal, so it is refused before it costs a read or a part of the session's rate limit.
"""

import hmac
import struct
from dataclasses import dataclass
from typing import Self

from shared import base64url
from shared.accounts.handles import LOCATOR_BYTES, AccountLocator, locate_handle
from shared.errors import TokenInvalid
from shared.sessions.session import SECRET_BYTES, SESSION_ID_BYTES, Session

_FORMAT = struct.Struct(f">{LOCATOR_BYTES}s{SESSION_ID_BYTES}s{SECRET_BYTES}s{SECRET_BYTES}s")
_ISSUE = struct.Struct(">H")
_SEAL_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)  # a repr would show the secret
class RefreshToken:
    locator: AccountLocator
    session_id: bytes
    credential_hash: bytes
    """SHA-256 of the credential ID, so that session and credential are read side by side."""
    secret: bytes
    issue: int = 0
    """The number under which the secret was given out."""

    @classmethod
    def of(cls, session: Session, secret: bytes) -> Self:
        """The next one of the session."""
        return cls(
            locator=locate_handle(session.sign_in.user_handle),
            session_id=session.id,
            credential_hash=session.sign_in.credential_hash,
            secret=secret,
            issue=session.issue,
        )

    def encode(self, *, service_key: bytes) -> str:
        packed = _FORMAT.pack(self.locator, self.session_id, self.credential_hash, self.secret)
        if self.issue:  # the first token has none
            packed += _ISSUE.pack(self.issue)
        return base64url.encode(packed + _seal(packed, service_key))


def read_refresh_token(text: str, *, service_key: bytes) -> RefreshToken:
    """Raise TokenInvalid for anything that `encode` did not write with this key."""
    try:
        data = base64url.decode(text)
    except ValueError as error:
        raise TokenInvalid from error
    packed, seal = data[:-_SEAL_BYTES], data[-_SEAL_BYTES:]
    if not hmac.compare_digest(seal, _seal(packed, service_key)):
        raise TokenInvalid
    locator, session_id, credential_hash, secret = _FORMAT.unpack_from(packed)
    numbered = len(packed) > _FORMAT.size
    return RefreshToken(
        locator=AccountLocator(locator),
        session_id=session_id,
        credential_hash=credential_hash,
        secret=secret,
        issue=_ISSUE.unpack_from(packed, _FORMAT.size)[0] if numbered else 0,
    )


def _seal(packed: bytes, service_key: bytes) -> bytes:
    return hmac.digest(service_key, b"refresh token seal\0" + packed, "sha256")[:_SEAL_BYTES]
