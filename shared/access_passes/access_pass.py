"""An access pass, what it is worth at a time, and how one is made and checked.

How long a pass has to be. Who has read the table has the pass's salt and digest, and may search for
the pass as fast as machines allow, for as long as it lives. Eight characters are 40 bits, half of
them have to be tried on average, and one try is one scrypt: some 40 ms of a processor core, and we
reckon with 10,000 tries a second for a graphics processor. That is 2^39 / 10,000 s, which is 636
days of one such processor: for a pass that lives a day, 636 of them. A pass that lives n times
longer has 2 log2(n) bits more, so that it takes n times more processors for n times longer: for 30
days there are 49.8 bits, ten characters, and 19,000 processors for the whole of that time.

Who has to ask us gets five tries in 15 minutes, which are 14,400 in 30 days: one chance in 10^11.
"""

import hmac
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from shared.accounts.handles import UserHandle

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter in it is taken for a digit."""
_LOOKALIKES = str.maketrans("OIL", "011")
MAX_TYPED = 96
MOST_REGISTRATIONS = 10
"""That an administrator may ask for by one pass."""
REGISTER_WITHIN = timedelta(minutes=10)
"""Entra's time for what a one-time pass is for, from its first redemption on."""
_BITS_A_CHARACTER = 5
_BITS_A_DAY = 40
_DAY = timedelta(days=1)

SALT_BYTES = 16
_DIGEST_BYTES = 32
_SCRYPT_COST = {"n": 2**14, "r": 8, "p": 1}  # RFC 7914: 16 MiB and some 40 ms for each guess


class PassState(StrEnum):
    """Entra's `methodUsabilityReason`, and one more."""

    ENABLED_BY_POLICY = "EnabledByPolicy"
    NOT_YET_VALID = "NotYetValid"
    EXPIRED = "Expired"
    ONE_TIME_USED = "OneTimeUsed"
    USED = "Used"
    """As many registrations came of it as were allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassPolicy:
    """What an administrator may ask for; Entra's defaults."""

    least_lifetime: timedelta
    most_lifetime: timedelta
    default_lifetime: timedelta
    length: int
    """Characters at least, of 5 bits each. A long life asks for more."""
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
    """When a one-time pass was redeemed first."""
    registrations: int = 1
    """How many may come of it."""
    registered: int = 0
    """How many have come."""

    def state(self, now: datetime) -> PassState:
        if now >= self.expires_at:
            return PassState.EXPIRED
        if self.registered >= self.registrations:
            return PassState.ONE_TIME_USED if self.one_time else PassState.USED
        if self.used_at is not None and now >= self.used_at + REGISTER_WITHIN:
            return PassState.ONE_TIME_USED
        return PassState.NOT_YET_VALID if now < self.starts_at else PassState.ENABLED_BY_POLICY

    def allows_registration(self, now: datetime) -> bool:
        """Whether one that rests on a token of this pass may be begun or finished."""
        return self.registered < self.registrations and now < self.token_ends_at(now)

    def token_ends_at(self, now: datetime) -> datetime:
        """Of a token that it is redeemed for. However often a one-time pass is redeemed, its time
        is that of the first redemption."""
        return min((self.used_at or now) + REGISTER_WITHIN, self.expires_at)


def least_length(life: timedelta) -> int:
    """How many characters a pass needs that may be searched for so long."""
    bits = _BITS_A_DAY + 2 * math.log2(max(life / _DAY, 1))
    return math.ceil(bits / _BITS_A_CHARACTER)


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
