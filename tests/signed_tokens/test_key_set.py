import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from shared.signed_tokens.key_set import parse_keys
from tests.fakes.identity_provider import Signer

RSA = Signer("first").jwk()
EC = {
    curve.name: ec.generate_private_key(curve)
    for curve in (ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1(), ec.SECP256K1())
}
ED25519 = ed25519.Ed25519PrivateKey.generate()


def ec_jwk(curve: str) -> dict[str, Any]:
    return ECAlgorithm.to_jwk(EC[curve].public_key(), as_dict=True) | {"kid": "ec"}


def ed_jwk() -> dict[str, Any]:
    return OKPAlgorithm.to_jwk(ED25519.public_key(), as_dict=True) | {"kid": "ed"}


@pytest.mark.parametrize(
    ("jwk", "algorithms"),
    [
        (RSA, {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}),
        ({**RSA, "alg": "PS384"}, {"PS384"}),
        (
            {**RSA, "key_ops": ["verify"], "use": "sig"},
            {*parse_keys({"keys": [RSA]})["first"].algorithms},
        ),
        (ec_jwk("secp256r1"), {"ES256"}),
        (ec_jwk("secp384r1"), {"ES384"}),
        (ec_jwk("secp521r1"), {"ES512"}),
        (ed_jwk(), {"EdDSA", "Ed25519"}),
        (ed_jwk() | {"alg": "Ed25519"}, {"Ed25519"}),
    ],
)
def test_a_key_is_for_the_algorithms_of_its_type(jwk: dict[str, Any], algorithms: set[str]) -> None:
    assert parse_keys({"keys": [jwk]})[jwk["kid"]].algorithms == algorithms


SHORT = {**RSA, "n": base64.urlsafe_b64encode(b"\xff" * 128).decode().rstrip("=")}
UNUSABLE: list[object] = [
    None,
    "key",
    {},
    {**RSA, "kid": None},
    {**RSA, "kid": 7},
    {**RSA, "use": "enc"},
    {**RSA, "key_ops": ["encrypt"]},
    {**RSA, "key_ops": 7},
    {**RSA, "alg": "HS256"},
    {**RSA, "alg": "ES256"},
    {**RSA, "alg": ["RS256"]},
    {**RSA, "issuer": 7},
    {**RSA, "n": "!"},
    {**RSA, "n": 7},
    {**RSA, "e": None},
    {**RSA, "kty": "oct", "k": "c2VjcmV0"},
    {"kty": "oct", "k": base64.urlsafe_b64encode(b"x" * 32).decode(), "kid": "mac"},
    {**SHORT, "kid": "short"},
    {**ec_jwk("secp256k1"), "kid": "koblitz"},
    {**ec_jwk("secp256r1"), "x": "AAAA"},
    {**ec_jwk("secp256r1"), "alg": "ES384"},
    {**ed_jwk(), "crv": "Ed448"},
    {**ed_jwk(), "x": "AAAA"},
]


@pytest.mark.parametrize("jwk", UNUSABLE)
def test_ignores_a_key_that_cannot_verify_a_token(jwk: object) -> None:
    assert parse_keys({"keys": [jwk, {**RSA, "kid": "good"}]}).keys() == {"good"}


@pytest.mark.parametrize(
    "document",
    [{}, {"keys": None}, {"keys": {}}, {"keys": []}, {"keys": UNUSABLE}, {"keys": [RSA] * 101}],
)
def test_refuses_a_document_without_a_usable_key(document: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="key"):
        parse_keys(document)


def test_takes_a_hundred_keys() -> None:
    many = [{**RSA, "kid": str(number)} for number in range(100)]
    assert len(parse_keys({"keys": many})) == 100


def test_takes_the_first_of_two_keys_with_one_id() -> None:
    other = Signer("other").jwk(kid=RSA["kid"])
    keys = parse_keys({"keys": [RSA, other]})
    assert keys == parse_keys({"keys": [RSA]})


def test_a_private_key_that_was_published_is_read_as_its_public_half() -> None:
    published = RSAAlgorithm.to_jwk(Signer("first").private_key, as_dict=True)
    jwk = {**published, "kid": "first", "key_ops": ["verify"]}
    key = parse_keys({"keys": [jwk]})["first"].public_key
    assert isinstance(key, rsa.RSAPublicKey)
