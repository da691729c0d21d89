"""Tokens of operators, for what a laptop cannot do with the tables in a closed network.

Whoever may write secrets to the vault makes a random token, and stores its SHA-256 there, under the
name of one purpose and with an end. Neither the service nor a reader of the vault has the token.
"""

import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Protocol

from shared.keys.ring import CLOCK_SKEW

TOKEN_BYTES = 32
MAX_LIFETIME = timedelta(hours=1)
_TOKEN = re.compile("[0-9a-f]{64}")


class Purpose(StrEnum):
    FIRST_ADMINISTRATOR = "first-administrator"
    EXPORT = "export"

    @property
    def secret_name(self) -> str:
        """A name for each purpose, so that Azure can give a right to one of them alone."""
        return f"operator-{self.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorSecret:
    """The newest version of a secret, with the vault's own times."""

    version: str
    digest: str
    """SHA-256 of the token, in hexadecimal digits."""
    created_at: datetime
    expires_at: datetime | None


class OperatorSecrets(Protocol):
    async def find(self, purpose: Purpose) -> OperatorSecret | None:
        """Return None if there is no secret, or the newest version is disabled. Raises
        VaultUnavailable."""
        ...


class NoVault:
    """Keys in files: whoever has these can reach the tables too."""

    async def find(self, purpose: Purpose) -> OperatorSecret | None:  # noqa: ARG002
        return None


def is_token(text: str) -> bool:
    """Whether it has the form of a token. The vault is not asked about anything else."""
    return _TOKEN.fullmatch(text) is not None


def write_token(random: bytes) -> str:
    return random.hex()


def digest_of(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def accepts(secret: OperatorSecret, token: str, *, now: datetime) -> bool:
    """Whether the token opens what the secret is for. A secret without an end, or one that would
    last longer than an hour, opens nothing."""
    created, expires = secret.created_at, secret.expires_at
    if expires is None or expires - created > MAX_LIFETIME:
        return False
    is_current = created - CLOCK_SKEW <= now < expires
    return is_current and hmac.compare_digest(digest_of(token).encode(), secret.digest.encode())
