"""Values that others carry for this service, and that only it can make and read. Pure.

A sealed value is 32 random bytes, and its content encrypted and authenticated with a key of its
own (HMAC of the kind and the random part), so the constant nonce is used once. The kind is part of
the key: a value of one kind never opens as another. What is sealed has an end. Sealing does not
ensure single use: for that a row in storage is claimed, under the value's `id`.
"""

import hmac
import struct
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared import base64url

RANDOM_BYTES = 32
LONGEST = 16_384
"""In characters."""
_NONCE = bytes(12)
_END = struct.Struct(">Q")


class SealInvalid(ValueError):
    """We did not make it, or it has expired."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)  # a repr would show the content
class Opened:
    content: bytes
    id: bytes
    """SHA-256 of the random part: the name of the value in storage."""
    expires_at: int
    """In Unix seconds."""


def seal(kind: str, content: bytes, *, expires_at: int, random: bytes, sealing_key: bytes) -> str:
    """`expires_at` is in Unix seconds. The result is base64url."""
    if len(random) != RANDOM_BYTES:
        raise ValueError(f"a sealed value begins with {RANDOM_BYTES} random bytes")
    cipher = _cipher(kind, random, sealing_key)
    return base64url.encode(random + cipher.encrypt(_NONCE, _END.pack(expires_at) + content, None))


def open_sealed(kind: str, text: str, *, now: int, sealing_keys: Iterable[bytes]) -> Opened:
    """Raise SealInvalid. The value does not say which key sealed it: there are few, and each is
    tried."""
    random, sealed = _parse(text)
    for sealing_key in sealing_keys:
        with suppress(InvalidTag):
            packed = _cipher(kind, random, sealing_key).decrypt(_NONCE, sealed, None)
            break
    else:
        raise SealInvalid
    (expires_at,) = _END.unpack_from(packed)
    if expires_at <= now:
        raise SealInvalid
    return Opened(content=packed[_END.size :], id=sha256(random).digest(), expires_at=expires_at)


def _parse(text: str) -> tuple[bytes, bytes]:
    try:
        data = base64url.decode(text) if len(text) <= LONGEST else b""
    except ValueError as error:
        raise SealInvalid from error
    if len(data) <= RANDOM_BYTES + _END.size:
        raise SealInvalid
    return data[:RANDOM_BYTES], data[RANDOM_BYTES:]


def _cipher(kind: str, random: bytes, sealing_key: bytes) -> AESGCM:
    message = b"sealed value\0" + kind.encode() + b"\0" + random
    return AESGCM(hmac.digest(sealing_key, message, "sha256"))
