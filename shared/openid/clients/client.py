"""A client that may ask this provider for tokens."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from shared import base64url

DOCUMENT_ID = "https://"
"""How the ID of a client begins that nobody has registered. No other ID does."""
SITE_ID = "web:"
"""How that of a protected web page begins. No client that is registered has one with a colon."""
_ID_BYTES = 9


class Grant(StrEnum):
    AUTHORIZATION_CODE = "authorization_code"
    REFRESH_TOKEN = "refresh_token"  # noqa: S105  the name of a grant
    DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
    TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Public:
    """It has nothing that could stay secret. PKCE alone binds its codes to it."""


@dataclass(frozen=True, slots=True)
class HashedSecret:
    digest: bytes
    """SHA-256. A secret has 256 random bits, so a plain hash is enough."""
    made_at: datetime | None = None
    """None if the settings do not say it."""
    expires_at: datetime | None = None

    @property
    def id(self) -> str:
        """The beginning of the digest, which does not help to find the secret."""
        return base64url.encode(self.digest[:_ID_BYTES])

    def is_alive(self, at: datetime) -> bool:
        return self.expires_at is None or at < self.expires_at


@dataclass(frozen=True, slots=True)
class Secrets:
    """For clients that can do nothing else. Two may be alive, so that one replaces the other."""

    hashed: tuple[HashedSecret, ...]


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """It signs assertions (RFC 7523, OpenID Connect Core section 9: `private_key_jwt`)."""

    keys: Mapping[str, Any] | None
    """A JWK Set, or None if the set is at an address."""
    keys_uri: str | None


@dataclass(frozen=True, slots=True)
class Federated:
    """It proves itself with a token of its own platform: a managed identity, a workflow, a pod."""

    issuer: str
    subject: str
    audience: str


type Authentication = Public | Secrets | PrivateKey | Federated


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    id: str
    name: str
    logo: str | None
    """A `data:` URI of a small image: a page of ours loads nothing from elsewhere."""
    authentication: Authentication
    redirect_uris: tuple[str, ...]
    post_logout_redirect_uris: tuple[str, ...]
    backchannel_logout_uri: str | None
    grants: frozenset[Grant]
    scopes: frozenset[str]
    resources: tuple[str, ...]
    """The audiences that it may ask for (RFC 8707). The first is the default; without any, access
    tokens are for `/userinfo` alone."""
    acr: str | None
    """The least `acr` of its sign-ins."""
    first_party: bool
    """Nobody is asked for consent."""
    sector: str | None
    """The host whose clients see the same pairwise `sub` for a person; None for a public `sub`."""
    bound_tokens: bool
    """Its tokens are bound to its key (RFC 9449)."""
    token_lifetime: timedelta | None
    """None for the setting's."""
    from_settings: bool
    """Administrators cannot change it."""

    @property
    def is_registered(self) -> bool:
        """Otherwise a document describes it, at the address that is its ID
        (`shared.openid.client_metadata`). Anybody may publish one."""
        return not self.id.startswith(DOCUMENT_ID)

    @property
    def is_public(self) -> bool:
        return isinstance(self.authentication, Public)
