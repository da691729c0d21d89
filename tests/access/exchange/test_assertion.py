from datetime import UTC, datetime

import jwt
import pytest

from shared.access.exchange.assertion import Assertion, sign_assertion, subject_of
from shared.errors import TokenInvalid
from shared.keys.signing_key import SigningKey
from shared.openid.tokens.access_token import read_access_token
from shared.openid.tokens.signed import NotOurs
from shared.sessions.access_token import verify_token
from shared.sessions.token_settings import TokenSettings

ISSUER = "https://touchstone.example"
NOW = datetime.fromtimestamp(1000, UTC)
ASSERTION = Assertion(subject="profile:reporting", id="x", issued_at=1000, expires_at=1300)


def test_it_says_what_entra_compares(signing_key: SigningKey) -> None:
    text = sign_assertion(ASSERTION, issuer=ISSUER, key=signing_key)
    assert jwt.get_unverified_header(text) == {
        "alg": "RS256",
        "typ": "JWT",
        "kid": signing_key.key_id,
    }
    assert jwt.decode(text, options={"verify_signature": False}) == {
        "iss": ISSUER,
        "sub": "profile:reporting",
        "aud": "api://AzureADTokenExchange",
        "iat": 1000,
        "nbf": 1000,
        "exp": 1300,
        "jti": "x",
    }


def test_a_person_has_a_subject_of_their_own() -> None:
    assert subject_of("reporting", "QUJD") == "profile:reporting:QUJD"


def test_it_is_no_access_token_of_ours(signing_key: SigningKey) -> None:
    text = sign_assertion(ASSERTION, issuer=ISSUER, key=signing_key)
    settings = TokenSettings(
        issuer=ISSUER, audience="api://AzureADTokenExchange", lifetime_seconds=300
    )
    with pytest.raises(TokenInvalid):
        verify_token(text, keys=[signing_key], settings=settings, now=NOW)
    with pytest.raises(NotOurs):
        read_access_token(text, audience=None, issuer=ISSUER, keys=[signing_key], now=1000)
