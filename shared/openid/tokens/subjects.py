"""The names under which clients know people and sessions."""

import hmac

from shared import base64url
from shared.accounts.handles import UserHandle
from shared.openid.clients.client import Client


def subject_of(handle: UserHandle, client: Client, *, service_key: bytes) -> str:
    """The `sub`. It never changes: handles are never used again, and the service key stays.

    A pairwise one (OpenID Connect Core section 8.1) is the same for all clients of a sector, and
    clients of two sectors cannot join theirs.
    """
    if client.sector is None:
        return base64url.encode(handle)
    return _hash(b"pairwise subject", client.sector, handle, service_key)


def session_name(session_id: bytes, client_id: str, *, service_key: bytes) -> str:
    """The `sid`. No two clients have the same one, so they cannot join what they know."""
    return _hash(b"session at a client", client_id, session_id, service_key)


def _hash(purpose: bytes, whose: str, value: bytes, service_key: bytes) -> str:
    """The value has a fixed length, so no two pairs are the same message."""
    message = purpose + b"\0" + value + whose.encode()
    return base64url.encode(hmac.digest(service_key, message, "sha256"))
