"""Secrets of clients. We make them, as people choose weak ones."""

from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from shared import base64url
from shared.openid.clients.client import HashedSecret, Secrets

SECRET_BYTES = 32
MOST_ALIVE = 2
PREFIX = "tss_"
"""Programs that look for leaked secrets know ours by it."""


def write_secret(random: bytes) -> str:
    """The only text that the client can use. It is shown once."""
    if len(random) != SECRET_BYTES:
        raise ValueError(f"a secret has {SECRET_BYTES} random bytes")
    return PREFIX + base64url.encode(random)


def hash_secret(text: str, *, made_at: datetime, expires_at: datetime | None) -> HashedSecret:
    digest = sha256(text.encode()).digest()
    return HashedSecret(digest, made_at=made_at, expires_at=expires_at)


def alive(secrets: Secrets, *, at: datetime) -> tuple[HashedSecret, ...]:
    return tuple(each for each in secrets.hashed if each.is_alive(at))


def with_secret(secrets: Secrets, new: HashedSecret) -> Secrets | None:
    """None if two are alive: one has to be removed first. Expired ones are left out."""
    living = alive(secrets, at=new.made_at) if new.made_at else secrets.hashed
    return replace(secrets, hashed=(*living, new)) if len(living) < MOST_ALIVE else None
