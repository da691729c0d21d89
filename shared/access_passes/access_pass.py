"""An access pass: its state at a given time, and how a pass is generated and hashed.

Required length. An attacker who has read the table has the pass's salt and digest. They can guess
offline, as fast as their machines allow, for as long as the pass lives. Eight characters are 40
bits, and an attacker tries half of the values on average. One try is one scrypt: some 40 ms of a
processor core. We assume 10,000 tries a second for a graphics processor. So half of the values
take 2^39 / 10,000 seconds, which is 636 days of one such processor. For a pass that lives one day,
the attacker needs 636 processors. A pass that lives n times longer has 2 log2(n) more bits, so the
attacker needs n times more processors for n times longer. For 30 days that is 49.8 bits, ten
characters, and 19,000 processors for the whole 30 days.

An attacker who guesses online gets five tries in 15 minutes. In 30 days that is 14,400 tries: one
chance in 10^11.
"""

import hmac
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from shared.accounts.handles import UserHandle

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: it has no letter that looks like a digit."""
_LOOKALIKES = str.maketrans("OIL", "011")
MAX_TYPED = 96
MOST_REGISTRATIONS = 10
"""The most registrations that an administrator may allow for one pass."""
REGISTER_WITHIN = timedelta(minutes=10)
"""How long a one-time pass allows a registration after its first redemption, as in Entra."""
CLOCKS_APART = timedelta(seconds=5)
"""More than the clocks of two instances differ: storage tells the time to the second. A pass that
one instance has just issued must not be too early for the other."""
_BITS_A_CHARACTER = 5
_BITS_A_DAY = 40
_DAY = timedelta(days=1)

SALT_BYTES = 16
_DIGEST_BYTES = 32
_SCRYPT_COST = {"n": 2**14, "r": 8, "p": 1}  # RFC 7914: 16 MiB and some 40 ms for each guess


class PassState(StrEnum):
    """The values of Entra's `methodUsabilityReason`, and `Used`."""

    ENABLED_BY_POLICY = "EnabledByPolicy"
    NOT_YET_VALID = "NotYetValid"
    EXPIRED = "Expired"
    ONE_TIME_USED = "OneTimeUsed"
    USED = "Used"
    """The pass has been used for all the registrations that it allows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassPolicy:
    """What an administrator may ask for. The defaults are Entra's."""

    least_lifetime: timedelta
    most_lifetime: timedelta
    default_lifetime: timedelta
    length: int
    """The minimum number of characters, of 5 bits each. A long lifetime requires more."""
    one_time: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessPass:
    id: bytes
    """The tokens that the pass is redeemed for carry this ID, so that they end with the pass."""
    user_handle: UserHandle
    salt: bytes
    digest: bytes
    """scrypt of the pass, so that a leaked table is not a list of passes."""
    created_at: datetime
    starts_at: datetime
    expires_at: datetime
    one_time: bool
    used_at: datetime | None = None
    """When a one-time pass was first redeemed."""
    registrations: int = 1
    """How many registrations the pass allows."""
    registered: int = 0
    """How many registrations were made with it."""

    def state(self, now: datetime) -> PassState:
        if now >= self.expires_at:
            return PassState.EXPIRED
        if self.registered >= self.registrations:
            return PassState.ONE_TIME_USED if self.one_time else PassState.USED
        if self.used_at is not None and now >= self.used_at + REGISTER_WITHIN:
            return PassState.ONE_TIME_USED
        is_early = now < self.starts_at - CLOCKS_APART
        return PassState.NOT_YET_VALID if is_early else PassState.ENABLED_BY_POLICY

    def allows_registration(self, now: datetime) -> bool:
        """Whether a registration with a token of this pass may begin or finish."""
        return self.registered < self.registrations and now < self.token_ends_at(now)

    def token_ends_at(self, now: datetime) -> datetime:
        """When a token for this pass expires. For a one-time pass the time runs from its first
        redemption, however often it is redeemed."""
        return min((self.used_at or now) + REGISTER_WITHIN, self.expires_at)


def least_length(life: timedelta) -> int:
    """How many characters a pass needs so that guessing it for its whole lifetime is too
    expensive."""
    bits = _BITS_A_DAY + 2 * math.log2(max(life / _DAY, 1))
    return math.ceil(bits / _BITS_A_CHARACTER)


def generate_pass(random: bytes) -> str:
    """Make one character from each random byte."""
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in random)


def hash_pass(typed: str, *, salt: bytes) -> bytes:
    """Return the scrypt digest. It is slow on purpose: call it in a thread.

    Case, hyphens, spaces and look-alike letters make no difference.
    """
    canonical = typed.upper().replace("-", "").replace(" ", "").translate(_LOOKALIKES)
    scrypt = Scrypt(salt=salt, length=_DIGEST_BYTES, **_SCRYPT_COST)
    return scrypt.derive(canonical.encode())


def matches(access_pass: AccessPass, digest: bytes) -> bool:
    return hmac.compare_digest(access_pass.digest, digest)
