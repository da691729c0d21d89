"""Access tokens: JWTs in the shape of RFC 9068."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import jwt

from shared import base64url
from shared.accounts.handles import UserHandle, parse_handle
from shared.errors import TokenInvalid
from shared.settings import TokenSettings
from shared.tokens.signing_key import SigningKey

TYPE = "at+jwt"
ALGORITHM = "RS256"
_REQUIRED = ["iss", "sub", "aud", "iat", "exp", "jti", "auth_time", "amr", "acr", "cred"]

PHISHING_RESISTANT = "phr"
"""The `acr` of OpenID Connect Extended Authentication Profile: true of every WebAuthn sign-in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """What happened, as the token tells it."""

    user_handle: UserHandle
    credential_hash: str
    user_verified: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """A token that was verified."""

    user_handle: UserHandle
    credential_hash: str
    auth_time: datetime
    expires_at: datetime
    amr: tuple[str, ...]
    acr: str


def hash_credential(credential_id: bytes) -> str:
    return base64url.encode(sha256(credential_id).digest())


def issue_token(
    sign_in: SignIn, *, token_id: str, client_id: str, key: SigningKey, settings: TokenSettings
) -> str:
    issued_at = int(sign_in.at.timestamp())
    claims = {
        "iss": settings.issuer,
        "sub": base64url.encode(sign_in.user_handle),
        "aud": settings.audience,
        "client_id": client_id,
        "iat": issued_at,
        "exp": issued_at + settings.lifetime_seconds,
        "jti": token_id,
        "auth_time": issued_at,
        "amr": authentication_methods(user_verified=sign_in.user_verified),
        "acr": PHISHING_RESISTANT,
        "cred": sign_in.credential_hash,
    }
    headers = {"typ": TYPE, "kid": key.key_id}
    return jwt.encode(claims, key.private_key, algorithm=ALGORITHM, headers=headers)


def authentication_methods(*, user_verified: bool) -> list[str]:
    """RFC 8176 values that the flags prove: a key was used, a person was there, and which.

    `hwk` is not among them: without a trusted attestation the flags do not show hardware.
    """
    return ["pop", "user", "mfa"] if user_verified else ["pop", "user"]


def verify_token(
    token: str, *, keys: Iterable[SigningKey], settings: TokenSettings, now: datetime
) -> AccessToken:
    """Raise TokenInvalid unless it is one of our access tokens and not expired at `now`.

    `keys` are those that are published, and the token says which one of them has signed it.
    """
    try:
        header = jwt.get_unverified_header(token)
        key = next((key for key in keys if key.key_id == header.get("kid")), None)
        if key is None or header.get("typ") != TYPE:
            raise TokenInvalid
        claims = jwt.decode(
            token,
            key.private_key.public_key(),
            algorithms=[ALGORITHM],
            audience=settings.audience,
            issuer=settings.issuer,
            # Expiry is checked below, against the clock that was passed in.
            options={"require": _REQUIRED, "verify_exp": False, "verify_iat": False},
        )
        return _read_claims(claims, now=now)
    # The last three are of claims with the wrong type, or of times that no calendar has.
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError) as error:
        raise TokenInvalid from error


def _read_claims(claims: dict[str, Any], *, now: datetime) -> AccessToken:
    expires_at = datetime.fromtimestamp(claims["exp"], UTC)
    handle = parse_handle(base64url.decode(claims["sub"]))
    if handle is None or expires_at <= now:
        raise TokenInvalid
    return AccessToken(
        user_handle=handle,
        credential_hash=claims["cred"],
        auth_time=datetime.fromtimestamp(claims["auth_time"], UTC),
        expires_at=expires_at,
        amr=tuple(claims["amr"]),
        acr=claims["acr"],
    )
