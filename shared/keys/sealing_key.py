"""The key with which the service seals its own data, such as the state inside a challenge."""

from typing import NewType

from shared import base64url

SealingKey = NewType("SealingKey", bytes)

LEAST_BYTES = 32


def read_sealing_key(value: str, _content_type: str | None = None) -> SealingKey:
    """Raise ValueError for anything but 32 bytes or more in base64url. The content type is
    ignored."""
    key = base64url.decode(value.strip())
    if len(key) < LEAST_BYTES:
        raise ValueError(f"a sealing key has {LEAST_BYTES} bytes or more")
    return SealingKey(key)
