"""Row keys from arbitrary bytes."""

from hashlib import sha256

from shared import base64url


def digest_key(data: bytes) -> str:
    """43 characters that any key may hold, for input of any length and content."""
    return base64url.encode(sha256(data).digest())
