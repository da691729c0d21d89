"""An access pass, what it is worth at a time, and how one is made and checked."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from shared.accounts.handles import UserHandle

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter in it is taken for a digit."""
_LOOKALIKES = str.maketrans("OIL", "011")
MAX_TYPED = 96

SALT_BYTES = 16
_DIGEST_BYTES = 32
_SCRYPT_COST = {"n": 2**14, "r": 8, "p": 1}  # RFC 7914: 16 MiB and some 40 ms for each guess


class PassState(StrEnum):
    """Entra's `methodUsabilityReason`."""

    ENABLED_BY_POLICY = "EnabledByPolicy"
    NOT_YET_VALID = "NotYetValid"
    EXPIRED = "Expired"
    ONE_TIME_USED = "OneTimeUsed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PassPolicy:
    """What an administrator may ask for; Entra's defaults."""

    least_lifetime: timedelta
    most_lifetime: timedelta
    default_lifetime: timedelta
    length: int
    """Characters, of 5 bits each."""
    one_time: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessPass:
    id: bytes
    """Names the pass in the tokens that it is redeemed for, so that they end with it."""
    user_handle: UserHandle
    salt: bytes
    digest: bytes
    """scrypt of the pass: a leaked table must not be a list of passes."""
    created_at: datetime
    starts_at: datetime
    expires_at: datetime
    one_time: bool
    used_at: datetime | None = None

    def state(self, now: datetime) -> PassState:
        if now >= self.expires_at:
            return PassState.EXPIRED
        if self.one_time and self.used_at is not None:
            return PassState.ONE_TIME_USED
        return PassState.NOT_YET_VALID if now < self.starts_at else PassState.ENABLED_BY_POLICY


def generate_pass(random: bytes) -> str:
    """One character for each random byte."""
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in random)


def hash_pass(typed: str, *, salt: bytes) -> bytes:
    """Slow on purpose: call it in a thread.

    Case, hyphens, spaces and look-alike letters are the typist's own.
    """
    canonical = typed.upper().replace("-", "").replace(" ", "").translate(_LOOKALIKES)
    scrypt = Scrypt(salt=salt, length=_DIGEST_BYTES, **_SCRYPT_COST)
    return scrypt.derive(canonical.encode())


def matches(access_pass: AccessPass, digest: bytes) -> bool:
    return hmac.compare_digest(access_pass.digest, digest)
