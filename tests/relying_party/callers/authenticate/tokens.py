"""Tokens that an identity provider signs for people and applications."""

import secrets
import time

from tests.fakes.identity_provider import IdentityProvider

AUDIENCE = "api://touchstone"


def token(provider: IdentityProvider, **claims: object) -> str:
    """An access token for a new person, valid for five minutes."""
    now = int(time.time())
    usual: dict[str, object] = {
        "iss": provider.issuer,
        "aud": AUDIENCE,
        "uid": secrets.token_hex(8),
        "sub": "somebody@example.com",
        "scp": ["passkeys"],
        "cid": "a-client",
        "iat": now,
        "nbf": now,
        "exp": now + 300,
        "auth_time": now,
    }
    return provider.sign(usual | claims)


def application_token(provider: IdentityProvider, *roles: str) -> str:
    return token(provider, kind="application", roles=list(roles))
