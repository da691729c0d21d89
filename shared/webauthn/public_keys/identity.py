"""One name for a key, however it is written: two people must not have the same one."""

from collections.abc import Mapping
from hashlib import sha256

from fido2 import cbor

_KEY_TYPE = 1
_MATERIAL = (-1, -2, -3)
"""Curve and coordinates, or modulus and exponent (RFC 9053 section 7, RFC 8230 section 4)."""


def identify_key(public_key: bytes) -> bytes:
    """SHA-256 of what the key consists of. The algorithm, other members, the order of members and
    zeros before a number do not matter."""
    key, digest = cbor.decode(public_key), sha256()
    if not isinstance(key, Mapping):
        raise TypeError("a key is a map")
    for label in (_KEY_TYPE, *_MATERIAL):
        part = _bytes(key.get(label))
        digest.update(len(part).to_bytes(4) + part)
    return digest.digest()


def _bytes(value: object) -> bytes:
    if isinstance(value, bytes):
        return value.lstrip(b"\0")
    return b"" if value is None else str(value).encode()
