"""Base64url without padding, as WebAuthn's JSON forms spell bytes."""

import base64


def encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def as_json(value: object) -> object:
    """Bytes encoded; anything else as it stands."""
    return encode(value) if isinstance(value, bytes) else value
