"""The tokens that open databases are signed here, whoever asks for them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared import base64url
from shared.access.postgresql.token import DatabaseToken, sign_database_token
from shared.access.profiles.eligibility import Person
from shared.access.profiles.profile import PostgresqlOauth, Profile
from shared.keys.current_keys import CurrentKeys
from shared.openid.clients.client import Client
from shared.openid.clients.own_names import OwnNames
from shared.openid.tokens.subjects import subject_of
from shared.storage.service_key import ServiceKey

_ID_BYTES = 16
_BACK = 30
"""Validators refuse a token from the future, by a clock of their own that may be slow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """Who connects, by which profile, and in which role."""

    profile: Profile
    access: PostgresqlOauth
    person: Person
    role: str
    client: Client | None
    """None for a program of the person's own."""
    until: int | None = None
    """In Unix seconds. The token does not live on after it."""
    actor: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)  # a repr would show the token
class SignedToken:
    text: str
    id: str
    expires_in: int
    """In seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseTokens:
    keys: CurrentKeys
    service_key: ServiceKey
    own: OwnNames
    clock: Callable[[], datetime]
    random: Callable[[int], bytes]

    async def sign(self, connection: Connection) -> SignedToken:
        """Nothing is stored. Raises KeysUnavailable."""
        key, now = await self.keys.signing_key(), int(self.clock().timestamp())
        expires_at = now + int(connection.profile.lifetime.total_seconds())
        if connection.until is not None:
            expires_at = min(expires_at, connection.until)
        client = connection.client
        token = DatabaseToken(
            subject=await self._subject(connection),
            client_id=self.own.rp_id if client is None else client.id,
            audience=connection.access.resource,
            scope=connection.access.scope,
            role=connection.role,
            id=base64url.encode(self.random(_ID_BYTES)),
            issued_at=now - _BACK,
            expires_at=expires_at,
            actor=connection.actor,
        )
        text = sign_database_token(token, issuer=self.own.tokens.issuer, key=key)
        return SignedToken(text=text, id=token.id, expires_in=expires_at - now)

    async def _subject(self, connection: Connection) -> str:
        if connection.client is None:
            return base64url.encode(connection.person.handle)
        service_key = await self.service_key.get()
        return subject_of(connection.person.handle, connection.client, service_key=service_key)
