"""Row keys from arbitrary bytes, and from numbers."""

from hashlib import sha256

from shared import base64url
from shared.accounts.handles import AccountLocator


def partition_key(locator: AccountLocator) -> str:
    return base64url.encode(locator)


def digest_key(data: bytes) -> str:
    """43 characters that are allowed in any key, for input of any length and content."""
    return base64url.encode(sha256(data).digest())


def number_key(number: int) -> str:
    """Twelve digits, since keys are sorted as text."""
    return f"{number:012d}"
