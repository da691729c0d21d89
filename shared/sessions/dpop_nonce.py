"""Nonces for DPoP proofs (RFC 9449 sections 8 and 9). Pure.

A client can make proofs ahead of time, and whoever uses its key for a moment can take many of them
away. A proof with a nonce of ours was made after we gave the nonce. Nothing is stored: a nonce is a
sealed value without content, and counts for each proof until it expires.
"""

from collections.abc import Iterable

from shared.sealed import SealInvalid, open_sealed, seal

KIND = "dpop nonce"
LIFETIME_SECONDS = 300


def new_nonce(*, now: int, random: bytes, sealing_key: bytes) -> str:
    expires_at = now + LIFETIME_SECONDS
    return seal(KIND, b"", expires_at=expires_at, random=random, sealing_key=sealing_key)


def is_valid(nonce: str | None, *, now: int, sealing_keys: Iterable[bytes]) -> bool:
    try:
        open_sealed(KIND, nonce or "", now=now, sealing_keys=sealing_keys)
    except SealInvalid:
        return False
    return True
