"""What a gesture commits to, computed as the service does (`shared.webauthn.state`).

It is written again here: a third party has this folder, and nothing else of the service.
"""

from hashlib import sha256
from typing import Any

from fido2 import cbor

from shared import base64url

_KEY_TYPE = 1
_MATERIAL = (-1, -2, -3)


def commitment_of(*, nonce: bytes, approval: str, role: str, user: str, statement: str) -> bytes:
    digest = base64url.encode(sha256(statement.encode()).digest())
    texts = [text.encode() for text in (approval, role, user, digest)]
    parts = b"".join(len(text).to_bytes(4) + text for text in texts)
    purpose = sha256(b"approval\0" + parts).digest()
    return sha256(b"touchstone gesture\0" + nonce + purpose).digest()


def name_of_key(public_key: bytes) -> bytes:
    """The same for a key, however it is written. Raise an error for what is no key."""
    key: Any = cbor.decode(public_key)
    return sha256(
        repr([_part(key.get(label)) for label in (_KEY_TYPE, *_MATERIAL)]).encode()
    ).digest()


def _part(value: object) -> object:
    return value.lstrip(b"\0") if isinstance(value, bytes) else value
