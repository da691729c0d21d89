"""The access token that opens a database (RFC 9068), as validators of PostgreSQL read it.

It has neither the session nor the `grant` that every reader of our own tokens requires, and an
audience that is none of ours. So it counts nowhere here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.keys.signing_key import SigningKey
from shared.openid.tokens.signed import sign
from shared.sessions.access_token import TYPE

ROLE = "role"
"""The claim with the role of PostgreSQL. A validator may take it for the name of who connects."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseToken:
    subject: str
    client_id: str
    audience: str
    scope: str
    role: str
    id: str
    issued_at: int
    expires_at: int
    actor: Mapping[str, Any] | None = None
    """The `act` (RFC 8693 section 4.1)."""


def sign_database_token(token: DatabaseToken, *, issuer: str, key: SigningKey) -> str:
    claims = {
        "iss": issuer,
        "sub": token.subject,
        "aud": token.audience,
        "client_id": token.client_id,
        "iat": token.issued_at,
        "exp": token.expires_at,
        "jti": token.id,
        "scope": token.scope,
        ROLE: token.role,
        "act": token.actor,
    }
    return sign(claims, kind=TYPE, key=key)
