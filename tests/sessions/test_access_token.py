"""Access tokens have the form of RFC 9068, and we and others can verify ours."""

from datetime import timedelta

import jwt
import pytest

from shared import base64url
from shared.errors import TokenInvalid
from shared.sessions.access_token import Scope
from shared.sessions.session import hash_credential
from tests.sessions.issuing import (
    CREDENTIAL_HASH,
    HANDLE,
    ISSUED_AT,
    NOW,
    SESSION_ID,
    SETTINGS,
    expected_token,
    honest_claims,
    honest_headers,
    issue,
    our_key,
    signed,
    verify,
)

REQUIRED = ("iss", "sub", "aud", "iat", "exp", "jti", "auth_time", "amr", "scope")
WRONG: dict[str, tuple[object, ...]] = {
    "iss": ("https://evil.example", SETTINGS.issuer + "/", ""),
    "aud": ("https://login.example.org", SETTINGS.audience, "", [], ["https://evil.example"], 1),
    "sub": ("", "alice", "AAAA", "!", 1, ["AAAA"], {}, "\ud800", base64url.encode(HANDLE) + "="),
    "exp": (0, -1, "soon", "", [], {}, 1e300, 10**20),
    "auth_time": ("now", [], {}, 1e300, 10**20, -(10**20)),
    "amr": (1, True),
    "scope": ("", "everything", "account register", "api", "api account", 1, ["account"]),
    "roles": (["Owner"], 1, "Audit.Read"),
    "cred": ("!", 1),
    "sid": ("!", 1),
    "cnf": ("x", 1, [], {}, {"jkt": 1}, {"jkt": "x", "kid": "y"}, {"x5t#S256": "x"}),
}


def test_a_token_has_the_headers_of_rfc_9068() -> None:
    assert jwt.get_unverified_header(issue()) == {
        "alg": "RS256",
        "typ": "at+jwt",
        "kid": our_key().key_id,
    }


def test_a_token_has_the_claims_of_rfc_9068() -> None:
    assert honest_claims() == {
        "iss": "https://login.example.org",
        "sub": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
        "aud": "https://login.example.org/account",
        "client_id": "example.org",
        "iat": ISSUED_AT,
        "exp": ISSUED_AT + 300,
        "jti": "token-1",
        "auth_time": ISSUED_AT,
        "amr": ["pop", "user", "mfa"],
        "acr": "phr",
        "aal": 2,
        "scope": "account",
        "roles": ["Audit.Read"],
        "cred": base64url.encode(CREDENTIAL_HASH),
        "sid": base64url.encode(SESSION_ID),
    }


def test_tokens_for_others_and_for_ourselves_have_different_audiences() -> None:
    """A token for one audience is refused for the other, whoever signed it."""
    theirs = honest_claims() | {"scope": "api", "aud": SETTINGS.audience}
    assert verify(signed(theirs)).scope is Scope.API
    for scope, audience in [("api", SETTINGS.account_audience), ("account", SETTINGS.audience)]:
        with pytest.raises(TokenInvalid):
            verify(signed(honest_claims() | {"scope": scope, "aud": audience}))
    both = [SETTINGS.audience, SETTINGS.account_audience]
    for scope in ("api", "account", "register"):
        with pytest.raises(TokenInvalid):
            verify(signed(honest_claims() | {"scope": scope, "aud": both}))


def test_a_token_has_the_thumbprint_of_its_key() -> None:
    assert verify(issue()).thumbprint is None
    bound = honest_claims() | {"cnf": {"jkt": "a thumbprint"}}
    assert verify(signed(bound)).thumbprint == "a thumbprint"


def test_a_token_has_the_verified_factors() -> None:
    verified, unverified = verify(issue()), verify(issue(user_verified=False))
    assert (verified.amr, verified.aal) == (("pop", "user", "mfa"), 2)
    assert (unverified.amr, unverified.aal) == (("pop", "user"), 1)


def test_our_own_token_is_accepted() -> None:
    assert verify(issue()) == expected_token()


def test_a_token_is_valid_until_the_second_of_its_expiry() -> None:
    token = issue()
    last = NOW + timedelta(seconds=300)
    assert verify(token, now=last - timedelta(microseconds=1)).user_handle == HANDLE
    for late in (last, last + timedelta(seconds=1), last + timedelta(days=365)):
        with pytest.raises(TokenInvalid):
            verify(token, now=late)


def test_the_clock_passed_in_is_the_only_one() -> None:
    """A token of any time is valid at its time."""
    past = honest_claims() | {"iat": 1_000, "auth_time": 1_000, "exp": 1_300}
    assert verify(signed(past), now=NOW.fromtimestamp(1_299, NOW.tzinfo)).user_handle == HANDLE


@pytest.mark.parametrize("name", REQUIRED)
def test_a_token_without(name: str) -> None:
    claims = honest_claims()
    del claims[name]
    with pytest.raises(TokenInvalid):
        verify(signed(claims))


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WRONG.items() for value in values]
)
def test_a_token_of_ours_that_says(name: str, value: object) -> None:
    claims = honest_claims() | {name: value}
    with pytest.raises(TokenInvalid):
        verify(signed(claims))


@pytest.mark.parametrize(
    "typ", [None, "", "JWT", "jwt", "at+jwt ", "AT+JWT", "id_token", "dpop+jwt", "logout+jwt"]
)
def test_a_token_of_another_type(typ: str | None) -> None:
    with pytest.raises(TokenInvalid):
        verify(signed(honest_claims(), honest_headers() | {"typ": typ}))


def test_unknown_claims_are_ignored() -> None:
    assert verify(signed(honest_claims() | {"groups": ["admin"]})).user_handle == HANDLE


def test_a_credential_is_named_by_its_hash() -> None:
    assert hash_credential(b"a") != hash_credential(b"b")
    assert base64url.encode(hash_credential(b"")) == "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"
