"""An issuer of access tokens, and what it takes to forge one."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import jwt

from shared.accounts.handles import UserHandle
from shared.accounts.roles import Role
from shared.keys.signing_key import SigningKey, new_signing_key
from shared.sessions.access_token import (
    PHISHING_RESISTANT,
    AccessToken,
    Scope,
    assurance_level,
    authentication_methods,
    issue_token,
    verify_token,
)
from shared.sessions.session import hash_credential
from shared.sessions.token_settings import TokenSettings
from tests.sessions.claims import claims_of

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
ISSUED_AT = int(NOW.timestamp())
HANDLE = UserHandle(bytes(range(32)))
CREDENTIAL_HASH = hash_credential(b"a credential ID")
SESSION_ID = bytes(range(16))
SETTINGS = TokenSettings(
    issuer="https://login.example.org",
    audience="https://api.example.org",
    lifetime_seconds=300,
)


@cache
def our_key() -> SigningKey:
    return new_signing_key()


@cache
def other_key() -> SigningKey:
    return new_signing_key()


def issue(*, user_verified: bool = True) -> str:
    return issue_token(
        expected_token(user_verified=user_verified),
        token_id="token-1",
        client_id="example.org",
        key=our_key(),
        settings=SETTINGS,
        now=NOW,
    )


def expected_token(*, user_verified: bool = True) -> AccessToken:
    return AccessToken(
        user_handle=HANDLE,
        scope=Scope.ACCOUNT,
        auth_time=NOW,
        expires_at=NOW + timedelta(seconds=300),
        amr=authentication_methods(user_verified=user_verified),
        acr=PHISHING_RESISTANT,
        aal=assurance_level(user_verified=user_verified),
        roles=frozenset({Role.AUDIT_READ}),
        credential_hash=CREDENTIAL_HASH,
        session_id=SESSION_ID,
    )


def verify(token: str, *, now: datetime = NOW) -> AccessToken:
    return verify_token(token, keys=[our_key()], settings=SETTINGS, now=now)


def honest_claims() -> dict[str, Any]:
    return claims_of(issue())


def honest_headers() -> dict[str, Any]:
    return {"typ": "at+jwt", "kid": our_key().key_id}


def signed(claims: Mapping[str, Any], headers: Mapping[str, Any] | None = None) -> str:
    """Sign any claims with our own key, so that the signature is valid."""
    values = honest_headers() if headers is None else dict(headers)
    return jwt.encode(dict(claims), our_key().private_key, algorithm="RS256", headers=values)
