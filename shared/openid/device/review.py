"""What our page carries after a person typed the code of a device: it stands for that code."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.sealed import open_sealed, seal

KIND = "device review"
_ROW_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    row: bytes
    """The name of the device's row."""
    role: str | None
    """In a database, if the page shows one."""


def seal_review(review: Review, *, expires_at: int, random: bytes, sealing_key: bytes) -> str:
    content = review.row + (review.role or "").encode()
    return seal(KIND, content, expires_at=expires_at, random=random, sealing_key=sealing_key)


def open_review(text: str, *, now: int, sealing_keys: Iterable[bytes]) -> Review:
    """Raise SealInvalid."""
    content = open_sealed(KIND, text, now=now, sealing_keys=sealing_keys).content
    return Review(row=content[:_ROW_BYTES], role=content[_ROW_BYTES:].decode() or None)
