import hmac
import json
from collections.abc import Mapping
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from shared import base64url
from shared.openid.client_authentication.assertion import Accepted, verify_assertion
from shared.openid.client_authentication.client_keys import (
    is_known,
    parse_client_keys,
)
from shared.signed_tokens.claims import Untrusted
from shared.signed_tokens.key_set import KeySet
from shared.signed_tokens.signed_token import read_token
from tests.escaped_token import sign_escaped
from tests.openid.client_authentication.signing import (
    CLIENT_ID,
    ISSUER,
    NOW,
    OTHER,
    SIGNER,
    TOKEN_ENDPOINT,
    claims,
    client_keys,
)

BOTH = (ISSUER, TOKEN_ENDPOINT)
TYPE = "client-authentication+jwt"


def verify(
    compact: str, *, keys: KeySet | None = None, audiences: tuple[str, ...] = BOTH, now: float = NOW
) -> Accepted:
    return verify_assertion(
        read_token(compact, key_id_required=False),
        client_id=CLIENT_ID,
        audiences=audiences,
        keys=client_keys(SIGNER) if keys is None else keys,
        now=now,
    )


def test_an_assertion_of_the_client_is_accepted() -> None:
    accepted = verify(SIGNER.sign(claims()))
    assert accepted.id == "first"
    assert accepted.expires_at > NOW + 60


@pytest.mark.parametrize("audience", [ISSUER, [ISSUER], TOKEN_ENDPOINT, [ISSUER, TOKEN_ENDPOINT]])
def test_the_audience_is_the_issuer_or_an_endpoint(audience: object) -> None:
    verify(SIGNER.sign(claims(aud=audience)))


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "https://other.example"},
        {"aud": f"{ISSUER}/"},
        {"aud": [ISSUER, "https://other.example"]},
        {"aud": []},
        {"aud": None},
        {"aud": 7},
        {"iss": "other"},
        {"sub": "other"},
        {"iss": "other", "sub": "other"},
        {"sub": None},
        {"jti": None},
        {"jti": ""},
        {"jti": "a" * 256},
        {"jti": 7},
        {"exp": None},
        {"exp": NOW - 60},
        {"exp": NOW + 361},
        {"exp": str(NOW + 60)},
        {"iat": NOW + 61},
        {"nbf": NOW + 61},
        {"iat": "now"},
    ],
)
def test_an_assertion_with_a_wrong_claim_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(Untrusted):
        verify(SIGNER.sign(claims(**changes)))


@pytest.mark.parametrize(
    "changes",
    [{"exp": NOW - 59}, {"exp": NOW + 360}, {"iat": NOW + 60}, {"nbf": NOW + 60}, {"iat": None}],
)
def test_a_clock_may_be_a_minute_wrong(changes: dict[str, Any]) -> None:
    verify(SIGNER.sign(claims(**changes)))


def test_an_endpoint_is_no_audience_for_a_client_that_is_the_same_everywhere() -> None:
    with pytest.raises(Untrusted, match="aud"):
        verify(SIGNER.sign(claims(aud=TOKEN_ENDPOINT)), audiences=(ISSUER,))


@pytest.mark.parametrize("kind", [TYPE, TYPE.upper(), f"application/{TYPE}", "JWT", "jwt"])
def test_an_assertion_may_have_its_type(kind: str) -> None:
    verify(SIGNER.sign(claims(), header={"typ": kind}))


def test_an_assertion_is_read_as_json_and_not_compared_as_text() -> None:
    header = {"alg": "RS256", "kid": SIGNER.key_id, "typ": TYPE}
    assertion = sign_escaped(claims(), header, SIGNER.private_key)
    assert TYPE not in str(base64url.decode(assertion.split(".")[0]))
    assert verify(assertion).id == "first"


@pytest.mark.parametrize("kind", ["at+jwt", "dpop+jwt", "logout+jwt", "oauth-authz-req+jwt", "x"])
def test_another_kind_of_token_is_refused(kind: str) -> None:
    with pytest.raises(Untrusted, match="typ"):
        verify(SIGNER.sign(claims(), header={"typ": kind}))


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "RS512"])
def test_the_key_decides_which_algorithms_are_accepted(algorithm: str) -> None:
    verify(SIGNER.sign(claims(), algorithm=algorithm))


def test_an_elliptic_key_is_accepted() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    keys = parse_client_keys({"keys": [ECAlgorithm.to_jwk(key.public_key(), as_dict=True)]})
    verify(jwt.encode(claims(), key, algorithm="ES256"), keys=keys)


def test_the_public_key_is_no_shared_secret() -> None:
    """A verifier that goes by the token's algorithm would compute the same code with the key that
    everybody knows. The library refuses to make such a token, so it is made by hand."""
    shared = SIGNER.private_key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    header = {"alg": "HS256", "kid": SIGNER.key_id}
    signed = ".".join(base64url.encode(json.dumps(part).encode()) for part in (header, claims()))
    code = base64url.encode(hmac.digest(shared, signed.encode(), "sha256"))
    with pytest.raises(Untrusted, match="algorithm"):
        verify(f"{signed}.{code}")


def test_an_unsigned_assertion_is_refused() -> None:
    unsigned = jwt.encode(claims(), "", algorithm="none", headers={"kid": SIGNER.key_id})
    with pytest.raises(Untrusted, match="algorithm"):
        verify(unsigned)


def test_a_key_of_somebody_else_is_refused() -> None:
    forged = jwt.encode(
        claims(), OTHER.private_key, algorithm="RS256", headers={"kid": SIGNER.key_id}
    )
    for compact in (
        forged,
        OTHER.sign(claims()),
        OTHER.sign(claims(), header={"jwk": OTHER.jwk()}),
    ):
        with pytest.raises(Untrusted):
            verify(compact)


def _unnamed(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if name != "kid"}


def test_the_only_key_needs_no_name() -> None:
    without = parse_client_keys({"keys": [_unnamed(SIGNER.jwk())]})
    verify(SIGNER.sign(claims()), keys=without)
    unnamed = jwt.encode(claims(), SIGNER.private_key, algorithm="RS256")
    verify(unnamed)
    verify(unnamed, keys=without)
    with pytest.raises(Untrusted, match="key is unknown"):
        verify(unnamed, keys=client_keys(SIGNER, OTHER))
    with pytest.raises(Untrusted, match="key is unknown"):
        verify(OTHER.sign(claims()))


def test_a_newer_set_may_have_a_key_that_is_not_known() -> None:
    keys = client_keys(SIGNER)
    assert is_known(SIGNER.key_id, keys)
    assert is_known("", keys)
    assert not is_known(OTHER.key_id, keys)
    assert not is_known("", {})


def test_keys_that_are_dear_to_use_are_ignored() -> None:
    """A signature with a huge exponent or modulus takes a second to check."""
    dear = {**SIGNER.jwk(), "e": "AQAAAAAAAAAB"}
    huge = rsa.RSAPublicNumbers(65537, (1 << 8191) | 1).public_key()
    assert not parse_client_keys({"keys": [dear, RSAAlgorithm.to_jwk(huge, as_dict=True)]})


@pytest.mark.parametrize("document", [{}, {"keys": {}}, {"keys": [{}] * 21}])
def test_what_is_no_key_set_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="JWK Set"):
        parse_client_keys(document)


@pytest.mark.parametrize("member", [7, None, {}, {"kty": "oct", "k": "AAAA"}, {"kid": []}])
def test_other_keys_are_ignored(member: object) -> None:
    assert parse_client_keys({"keys": [member, SIGNER.jwk()]}) == client_keys(SIGNER)
