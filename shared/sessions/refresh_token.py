"""Refresh tokens: opaque to clients; to us the place of a session's row, and a secret.

They hold where to look and nothing that decides: whose the session is, and whether it lives, is
read from the row.
"""

import struct
from dataclasses import dataclass

from shared import base64url
from shared.accounts.handles import LOCATOR_BYTES, AccountLocator
from shared.errors import TokenInvalid
from shared.sessions.session import SECRET_BYTES, SESSION_ID_BYTES

_DAY_SECONDS = 86400
_FORMAT = struct.Struct(f">I{LOCATOR_BYTES}s{SESSION_ID_BYTES}s{SECRET_BYTES}s{SECRET_BYTES}s")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)  # a repr would show the secret
class RefreshToken:
    day: int
    """Days since 1970 at which the session ends at the latest: rows are kept by it."""
    locator: AccountLocator
    session_id: bytes
    credential_hash: bytes
    """SHA-256 of the credential ID, so that session and credential are read side by side."""
    secret: bytes

    def encode(self) -> str:
        packed = _FORMAT.pack(
            self.day, self.locator, self.session_id, self.credential_hash, self.secret
        )
        return base64url.encode(packed)


def read_refresh_token(text: str) -> RefreshToken:
    """Raise TokenInvalid for anything that `encode` did not write."""
    try:
        day, locator, session_id, credential_hash, secret = _FORMAT.unpack(base64url.decode(text))
    except (ValueError, struct.error) as error:
        raise TokenInvalid from error
    return RefreshToken(
        day=day,
        locator=AccountLocator(locator),
        session_id=session_id,
        credential_hash=credential_hash,
        secret=secret,
    )


def day_of(seconds: float) -> int:
    return int(seconds) // _DAY_SECONDS
