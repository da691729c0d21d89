"""What our page carries after a person typed the code of a device: it stands for that code."""

from collections.abc import Iterable

from shared.sealed import open_sealed, seal

KIND = "device review"


def seal_review(row: bytes, *, expires_at: int, random: bytes, sealing_key: bytes) -> str:
    """`row` is the name of the device's row."""
    return seal(KIND, row, expires_at=expires_at, random=random, sealing_key=sealing_key)


def open_review(text: str, *, now: int, sealing_keys: Iterable[bytes]) -> bytes:
    """Raise SealInvalid."""
    return open_sealed(KIND, text, now=now, sealing_keys=sealing_keys).content
