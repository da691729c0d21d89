"""Strict base64url without padding (RFC 4648 section 5, as WebAuthn section 3 uses it).

Lenient decoders accept several spellings of one credential ID, and so give it several identities.
This one accepts exactly what `encode` writes.
"""

import base64
import binascii


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """Raise ValueError for padding, foreign characters or a non-canonical last character."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base64url") from error
    if encode(data) != text:
        raise ValueError("not canonical base64url")
    return data
