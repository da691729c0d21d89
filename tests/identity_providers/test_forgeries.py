"""Forged tokens. The attacker knows every public key and every setting."""

import hmac
import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shared import base64url
from shared.signed_tokens.key_set import parse_keys
from tests.fakes.identity_provider import Signer
from tests.identity_providers.claims import SECONDS, okta_access
from tests.identity_providers.settings import OKTA, okta, read
from tests.identity_providers.verifying import KEYS, SIGNER, accept, refusal_of

ATTACKER = Signer("attacker")
PROVIDER = read(okta())
CLAIMS = okta_access(OKTA)
GOOD = SIGNER.sign(CLAIMS)


def compact(
    header: Mapping[str, Any], claims: Mapping[str, Any] = CLAIMS, signature: bytes = b""
) -> str:
    segments = [json.dumps(part).encode() for part in (header, claims)]
    return ".".join(map(base64url.encode, [*segments, signature]))


def hmac_token(algorithm: str, secret: bytes) -> str:
    signed = compact({"alg": algorithm, "kid": SIGNER.key_id}).rpartition(".")[0]
    mac = hmac.digest(secret, signed.encode(), sha256)
    return f"{signed}.{base64url.encode(mac)}"


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE", "none "])
@pytest.mark.parametrize("signature", [b"", b"\0", b"x" * 256])
def test_refuses_a_token_without_a_signature(algorithm: str, signature: bytes) -> None:
    token = compact({"alg": algorithm, "kid": SIGNER.key_id}, signature=signature)
    assert refusal_of(token, PROVIDER) == "the algorithm is not allowed"


PUBLIC = SIGNER.private_key.public_key()
PUBLIC_FORMS = {
    "pem": PUBLIC.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    "pkcs1": PUBLIC.public_bytes(Encoding.PEM, PublicFormat.PKCS1),
    "der": PUBLIC.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
    "jwk": json.dumps(SIGNER.jwk()).encode(),
    "modulus": SIGNER.jwk()["n"].encode(),
    "empty": b"",
}


@pytest.mark.parametrize("secret", PUBLIC_FORMS.values(), ids=PUBLIC_FORMS)
@pytest.mark.parametrize("algorithm", ["HS256", "hs256"])
def test_refuses_a_mac_with_the_public_key_as_secret(algorithm: str, secret: bytes) -> None:
    assert refusal_of(hmac_token(algorithm, secret), PROVIDER) == "the algorithm is not allowed"


def test_refuses_a_mac_whose_header_claims_a_signature() -> None:
    token = hmac_token("RS256", PUBLIC_FORMS["pem"])
    assert refusal_of(token, PROVIDER) == "the signature is not valid"


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
def test_refuses_an_algorithm_that_the_settings_do_not_name(algorithm: str) -> None:
    token = SIGNER.sign(CLAIMS, algorithm=algorithm)
    assert refusal_of(token, PROVIDER) == "the algorithm is not allowed"
    accept(read(okta(algorithms=["RS256", algorithm])), CLAIMS)


def test_refuses_an_algorithm_that_the_key_is_not_for() -> None:
    provider = read(okta(algorithms=["RS256", "PS256"]))
    keys = parse_keys({"keys": [SIGNER.jwk(alg="RS256")]})
    token = SIGNER.sign(CLAIMS, algorithm="PS256")
    assert refusal_of(token, provider, keys=keys) == "the key is not for this algorithm"


@pytest.mark.parametrize(
    "key_id",
    [
        "attacker",
        "../../../../dev/null",
        "/etc/passwd",
        "x' UNION SELECT 'key' --",
        "first'--",
        "FIRST",
        "first ",
        "first\0",
        "\0",
        "",
        "k" * 4096,
        "${jndi:ldap://evil.example}",
        "https://evil.example/keys",
        "ключ",
    ],
)
def test_refuses_a_key_id_that_the_provider_does_not_publish(key_id: str) -> None:
    token = ATTACKER.sign(CLAIMS, header={"kid": key_id})
    assert refusal_of(token, PROVIDER) in (
        "the key is unknown",
        "kid is not one",
        "kid must be a string of 1 to 512 characters",
    )


@pytest.mark.parametrize("key_id", ["first\0", "first ", "k" * 257, "ключ"])
def test_a_key_id_with_forbidden_characters_causes_no_fetch(key_id: str) -> None:
    assert refusal_of(ATTACKER.sign(CLAIMS, header={"kid": key_id}), PROVIDER) == "kid is not one"


@pytest.mark.parametrize("key_id", [None, 7, ["first"], {"first": 1}, True])
def test_refuses_a_token_that_does_not_name_its_key(key_id: object) -> None:
    assert "kid " in refusal_of(compact({"alg": "RS256", "kid": key_id}), PROVIDER)


KEY_IN_HEADER = {
    "jwk": ATTACKER.jwk(),
    "jku": "https://evil.example/keys",
    "x5u": "https://evil.example/certificate",
    "x5c": ["MIIB"],
    "x5t": "AAAA",
}


@pytest.mark.parametrize("name", KEY_IN_HEADER)
def test_never_uses_a_key_from_the_token(name: str) -> None:
    brought = {name: KEY_IN_HEADER[name]}
    token = ATTACKER.sign(CLAIMS, header={**brought, "kid": SIGNER.key_id})
    assert refusal_of(token, PROVIDER) == "the signature is not valid"
    token = ATTACKER.sign(CLAIMS, header=brought)
    assert refusal_of(token, PROVIDER) == "the key is unknown"
    accept(PROVIDER, CLAIMS, header=brought)


@pytest.mark.parametrize("header", [{"crit": ["exp"]}, {"crit": []}, {"b64": False}, {"b64": True}])
def test_refuses_extensions(header: dict[str, object]) -> None:
    token = compact({"alg": "RS256", "kid": SIGNER.key_id, **header})
    assert refusal_of(token, PROVIDER) == "an extension that is not supported"


def test_refuses_the_signature_of_another_key_under_the_right_id() -> None:
    token = ATTACKER.sign(CLAIMS, header={"kid": SIGNER.key_id})
    assert refusal_of(token, PROVIDER) == "the signature is not valid"


def test_refuses_other_claims_under_a_good_signature() -> None:
    header, _, signature = SIGNER.sign(CLAIMS).split(".")
    forged = base64url.encode(json.dumps(CLAIMS | {"uid": "victim"}).encode())
    assert refusal_of(f"{header}.{forged}.{signature}", PROVIDER) == "the signature is not valid"


@pytest.mark.parametrize("signature", [b"", b"\0" * 256, b"\1" * 255, b"\xff" * 256])
def test_refuses_made_up_signatures(signature: bytes) -> None:
    token = compact({"alg": "RS256", "kid": SIGNER.key_id}, signature=signature)
    assert refusal_of(token, PROVIDER) == "the signature is not valid"


def test_refuses_the_key_of_another_provider_that_is_trusted() -> None:
    others = parse_keys({"keys": [ATTACKER.jwk()]})
    assert refusal_of(ATTACKER.sign(CLAIMS), PROVIDER) == "the key is unknown"
    assert refusal_of(GOOD, PROVIDER, keys=others) == "the key is unknown"
    same_id = parse_keys({"keys": [ATTACKER.jwk(kid=SIGNER.key_id)]})
    assert refusal_of(GOOD, PROVIDER, keys=same_id) == "the signature is not valid"


def test_each_forged_token_differs_from_a_valid_one_in_one_part() -> None:
    assert KEYS.keys() == {SIGNER.key_id}
    accept(PROVIDER, CLAIMS)
    assert CLAIMS["iat"] == SECONDS
