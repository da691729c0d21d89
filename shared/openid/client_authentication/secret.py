"""Compares a client's secret with its hashes."""

import hmac
from datetime import datetime
from hashlib import sha256

from shared.openid.clients.client import Secrets

_MOST_ALIVE = 2
_NOBODYS = bytes(sha256().digest_size)
"""No text is known whose digest this is."""


def is_correct(text: str, secrets: Secrets, *, at: datetime) -> bool:
    """This takes as long for a client without a secret, and so for one that does not exist."""
    alive = [each.digest for each in secrets.hashed if each.is_alive(at)]
    missing = [_NOBODYS] * (_MOST_ALIVE - len(alive))
    digest = sha256(text.encode()).digest()
    compared = [hmac.compare_digest(digest, each) for each in (*alive, *missing)]
    return any(compared)
