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
    ended = _END.pack(expires_at) + content
    return base64url.encode(encrypt(_label(kind), ended, random=random, sealing_key=sealing_key))


def open_sealed(kind: str, text: str, *, now: int, sealing_keys: Iterable[bytes]) -> Opened:
    """Raise SealInvalid."""
    data = _parse(text)
    packed = decrypt(_label(kind), data, sealing_keys=sealing_keys)
    (expires_at,) = _END.unpack_from(packed)
    if expires_at <= now:
        raise SealInvalid
    return Opened(content=packed[_END.size :], id=id_of(data[:RANDOM_BYTES]), expires_at=expires_at)


def id_of(random: bytes) -> bytes:
    """The ID of the value that is sealed with these random bytes."""
    return sha256(random).digest()


def encrypt(label: bytes, content: bytes, *, random: bytes, sealing_key: bytes) -> bytes:
    """The random part and what follows it. A value of one label never opens under another."""
    return random + _cipher(label, random, sealing_key).encrypt(_NONCE, content, random)


def decrypt(label: bytes, data: bytes, *, sealing_keys: Iterable[bytes]) -> bytes:
    """The content of what `encrypt` made. Raise SealInvalid.

    It does not say which key was used. There are few, so each is tried, which takes microseconds.
    """
    random, encrypted = data[:RANDOM_BYTES], data[RANDOM_BYTES:]
    for sealing_key in sealing_keys:
        with suppress(InvalidTag):
            return _cipher(label, random, sealing_key).decrypt(_NONCE, encrypted, random)
    raise SealInvalid


def _parse(text: str) -> bytes:
    try:
        data = base64url.decode(text) if len(text) <= LONGEST else b""
    except ValueError as error:
        raise SealInvalid from error
    if len(data) <= RANDOM_BYTES + _END.size:
        raise SealInvalid
    return data


def _label(kind: str) -> bytes:
    return b"sealed value\0" + kind.encode()


def _cipher(label: bytes, random: bytes, sealing_key: bytes) -> AESGCM:
    return AESGCM(hmac.digest(sealing_key, label + b"\0" + random, "sha256"))
