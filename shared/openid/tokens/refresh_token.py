"""Refresh tokens of clients: those of our own sessions, encrypted.

Ours show the keys of a session's row to whoever has them. Two clients that put theirs together
would see that they know the same person, even if each has a pairwise `sub`.
"""

import hmac

from shared import base64url
from shared.errors import TokenInvalid
from shared.sealed import SealInvalid, decrypt, encrypt
from shared.sessions.refresh_token import RefreshToken

_LABEL = b"refresh token of a client"
_LONGEST = 1024
"""In characters."""


def write_client_token(token: RefreshToken, *, service_key: bytes) -> str:
    """The same text for the same token, so a repeated request has the same answer. What stands in
    for the random part is a hash with a key, of what no other token has."""
    plain = base64url.decode(token.encode(service_key=service_key))
    unique = hmac.digest(service_key, _LABEL + b"\0" + plain, "sha256")
    return base64url.encode(encrypt(_LABEL, plain, random=unique, sealing_key=service_key))


def read_client_token(text: str, *, service_key: bytes) -> str:
    """The token of ours in it. Raise TokenInvalid, also for one of our own pages."""
    try:
        data = base64url.decode(text) if len(text) <= _LONGEST else b""
        return base64url.encode(decrypt(_LABEL, data, sealing_keys=[service_key]))
    except (SealInvalid, ValueError) as error:
        raise TokenInvalid from error
