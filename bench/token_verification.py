"""Verification of an access token as it comes in the header, against one bare signature check."""

from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from bench.ceremonies import ORIGIN, RP_ID
from bench.turns import Computation, Spent, take_turns
from shared import base64url
from shared.accounts.handles import HANDLE_BYTES, UserHandle
from shared.keys.signing_key import SigningKey
from shared.sessions.access_token import (
    PHISHING_RESISTANT,
    AccessToken,
    Scope,
    assurance_level,
    authentication_methods,
    issue_token,
    verify_token,
)
from shared.sessions.session import SESSION_ID_BYTES
from shared.sessions.token_settings import TokenSettings

_NOW = datetime(2025, 1, 1, tzinfo=UTC)
_SETTINGS = TokenSettings(issuer=ORIGIN, audience=ORIGIN, lifetime_seconds=300)
_TOKEN_ID = base64url.encode(bytes(16))
_KEY_ID = base64url.encode(bytes(32))


def measure_token_verification() -> Spent:
    token = _issue(signing_key())
    return take_turns(touchstone=_full(token, signing_key()), bare=_bare(token, signing_key()))


@cache
def signing_key() -> SigningKey:
    """One key for all rounds, as making it takes longer than the measurement."""
    private_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return SigningKey(private_key, _KEY_ID, ())


def _issue(key: SigningKey) -> str:
    """Issue a token with all claims that a sign-in's token has."""
    token = AccessToken(
        user_handle=UserHandle(bytes(HANDLE_BYTES)),
        scope=Scope.ACCOUNT,
        auth_time=_NOW,
        expires_at=_NOW + timedelta(seconds=_SETTINGS.lifetime_seconds),
        amr=authentication_methods(user_verified=True),
        acr=PHISHING_RESISTANT,
        aal=assurance_level(user_verified=True),
        credential_hash=sha256().digest(),
        session_id=bytes(SESSION_ID_BYTES),
    )
    return issue_token(
        token, token_id=_TOKEN_ID, client_id=RP_ID, key=key, settings=_SETTINGS, now=_NOW
    )


def _full(token: str, key: SigningKey) -> Computation:
    """All checks of a token before any storage call."""
    return lambda: verify_token(token, keys=(key,), settings=_SETTINGS, now=_NOW)


def _bare(token: str, key: SigningKey) -> Computation:
    """The minimum for any verifier. Nothing is parsed in the timed part."""
    signed, _, signature = token.rpartition(".")
    message, decoded = signed.encode(), base64url.decode(signature)
    public_key, scheme, algorithm = key.private_key.public_key(), padding.PKCS1v15(), SHA256()
    return lambda: public_key.verify(decoded, message, scheme, algorithm)
