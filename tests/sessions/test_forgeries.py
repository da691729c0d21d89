"""Forged tokens: each one is refused as TokenInvalid, and none causes another error."""

import hmac
import json
from collections.abc import Callable, Mapping
from hashlib import sha256, sha384, sha512
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from shared import base64url
from shared.errors import TokenInvalid
from tests.sessions.issuing import (
    honest_claims,
    honest_headers,
    issue,
    other_key,
    our_key,
    signed,
    verify,
)

bounded = settings(max_examples=300)
MACS = {"HS256": sha256, "HS384": sha384, "HS512": sha512}
# Of value zero, or of none: ECDSA verifiers once took it for any message
PSYCHIC = (bytes(64), bytes.fromhex("3006020100020100"), b"\0", b"")


def assemble(headers: Mapping[str, Any], signature: bytes = b"") -> str:
    """The honest claims with any header; no library would write such a token."""
    parts = [json.dumps(dict(headers)).encode(), json.dumps(honest_claims()).encode(), signature]
    return ".".join(map(base64url.encode, parts))


def mac(algorithm: str, secret: bytes) -> str:
    headers = honest_headers() | {"alg": algorithm}
    unsigned = assemble(headers).removesuffix(".")
    return f"{unsigned}.{base64url.encode(hmac.digest(secret, unsigned.encode(), MACS[algorithm]))}"


def public_key_secrets() -> dict[str, bytes]:
    public = our_key().private_key.public_key()
    jwk = our_key().public_jwk()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return {
        "pem": pem,
        "pem-stripped": pem.strip(),
        "pem-pkcs1": public.public_bytes(Encoding.PEM, PublicFormat.PKCS1),
        "der": public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        "der-pkcs1": public.public_bytes(Encoding.DER, PublicFormat.PKCS1),
        "jwk": json.dumps(jwk).encode(),
        "jwk-compact": json.dumps(jwk, separators=(",", ":"), sort_keys=True).encode(),
        "modulus": base64url.decode(jwk["n"]),
        "key-id": our_key().key_id.encode(),
        "empty": b"",
    }


def refused(token: str) -> bool:
    """Any error except TokenInvalid is raised."""
    try:
        verify(token)
    except TokenInvalid:
        return True
    return False


def test_the_honest_token_is_accepted() -> None:
    assert not refused(issue())
    assert not refused(signed(honest_claims()))


@pytest.mark.parametrize("spelling", ["none", "None", "NONE", "nOnE", "none ", "", None, False])
@pytest.mark.parametrize("signature", [b"", b"\0", bytes(256)])
def test_no_algorithm(spelling: object, signature: bytes) -> None:
    token = assemble(honest_headers() | {"alg": spelling}, signature)
    assert refused(token)
    assert refused(token.rstrip("."))


@pytest.mark.parametrize("algorithm", MACS)
def test_a_mac_with_the_public_key_is_refused(algorithm: str) -> None:
    for secret in public_key_secrets().values():
        assert refused(mac(algorithm, secret))


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"])
def test_another_key(algorithm: str) -> None:
    key = other_key().private_key
    token = jwt.encode(honest_claims(), key, algorithm=algorithm, headers=honest_headers())
    assert refused(token)


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256", "PS384", "PS512"])
def test_our_key_under_another_algorithm(algorithm: str) -> None:
    key = our_key().private_key
    token = jwt.encode(honest_claims(), key, algorithm=algorithm, headers=honest_headers())
    assert refused(token)


@pytest.mark.parametrize("algorithm", ["ES256", "ES384", "ES512", "EdDSA", "RS256"])
@pytest.mark.parametrize("signature", PSYCHIC)
def test_a_psychic_signature(algorithm: str, signature: bytes) -> None:
    assert refused(assemble(honest_headers() | {"alg": algorithm}, signature))


@pytest.mark.parametrize(
    "kid",
    [
        *("", "..", "../../../../dev/null", "..\\..\\key", "/etc/passwd", "file:///dev/null"),
        *("x' or '1'='1", "x' eq 'x", "key\0", "\0", "x" * 4096, "\ud83d\udd11", "$(id)", "|id"),
        *("https://evil.example/key", "${jndi:ldap://x}", "key\r\nSet-Cookie: x"),
    ],
)
def test_a_key_id_is_never_looked_up(kid: str) -> None:
    headers = honest_headers() | {"kid": kid}
    key = other_key().private_key
    assert refused(jwt.encode(honest_claims(), key, algorithm="RS256", headers=headers))


@pytest.mark.parametrize("kid", [1, True, [], {}, None])
def test_a_key_id_that_is_no_text(kid: object) -> None:
    assert refused(assemble(honest_headers() | {"alg": "RS256", "kid": kid}, bytes(256)))


def own_key_headers() -> dict[str, dict[str, Any]]:
    jwk = other_key().public_jwk()
    return {
        "jwk": {"jwk": jwk},
        "jku": {"jku": "https://evil.example/jwks.json"},
        "x5u": {"x5u": "https://evil.example/key.pem"},
        "x5c": {"x5c": jwk["x5c"]},
        "all": {"jwk": jwk, "jku": "https://evil.example/jwks.json", "x5c": jwk["x5c"]},
    }


@pytest.mark.parametrize("name", ["jwk", "jku", "x5u", "x5c", "all"])
def test_a_key_in_a_token_is_not_used(name: str) -> None:
    key = other_key()
    headers = {"typ": "at+jwt", "kid": key.key_id} | own_key_headers()[name]
    token = jwt.encode(honest_claims(), key.private_key, algorithm="RS256", headers=headers)
    assert refused(token)


@pytest.mark.parametrize("crit", [["exp"], ["b64"], ["x"], [], "exp", None, {}, [1]])
def test_a_critical_header_is_refused(crit: object) -> None:
    headers = honest_headers() | {"crit": crit, "x": 1}
    assert refused(signed(honest_claims(), headers))


def test_an_unencoded_payload() -> None:
    assert refused(assemble(honest_headers() | {"alg": "RS256", "b64": False}, bytes(256)))


def test_an_elliptic_key_of_our_own_size() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    assert refused(jwt.encode(honest_claims(), key, algorithm="ES256", headers=honest_headers()))


MANGLED: dict[str, Callable[[str], str]] = {
    "empty": lambda _: "",
    "two-parts": lambda token: token.rpartition(".")[0],
    "four-parts": lambda token: token + ".AAAA",
    "no-signature": lambda token: token.rpartition(".")[0] + ".",
    "other-payload": lambda token: _with_part(token, 1, b'{"sub":"x"}'),
    "payload-is-a-list": lambda token: _with_part(token, 1, b"[]"),
    "payload-is-no-json": lambda token: _with_part(token, 1, b"\xff"),
    "header-is-a-list": lambda token: _with_part(token, 0, b"[]"),
    "header-is-null": lambda token: _with_part(token, 0, b"null"),
    "header-is-no-json": lambda token: _with_part(token, 0, b"\xff"),
    "header-is-deep": lambda token: _with_part(token, 0, b'{"x":' + b"[" * 200_000),
    "payload-is-deep": lambda token: _with_part(token, 1, b'{"x":' + b"[" * 200_000),
    "header-has-a-long-number": lambda token: _with_part(token, 0, b'{"x":' + b"9" * 10_000),
    "not-ascii": lambda token: token + "\u00e9",
    "surrogate": lambda token: token + "\ud800",
    "bearer": lambda token: "Bearer " + token,
    "json": lambda token: json.dumps({"token": token}),
    "huge": lambda _: "A" * 100_000,
    "dots": lambda _: "." * 1_000,
}


def _with_part(token: str, position: int, content: bytes) -> str:
    parts = token.split(".")
    parts[position] = base64url.encode(content)
    return ".".join(parts)


@pytest.mark.parametrize("mangle", MANGLED.values(), ids=MANGLED)
def test_a_mangled_token(mangle: Callable[[str], str]) -> None:
    assert refused(mangle(issue()))


def test_no_bit_of_a_signature_can_be_changed() -> None:
    signed_part, _, encoded = issue().rpartition(".")
    signature = base64url.decode(encoded)
    for position in range(0, len(signature) * 8, 7):
        changed = bytearray(signature)
        changed[position // 8] ^= 1 << position % 8
        assert refused(f"{signed_part}.{base64url.encode(bytes(changed))}")


@bounded
@given(st.text(max_size=100) | st.text("ey.JAhbGciO-_", max_size=60))
def test_no_text_is_a_token(text: str) -> None:
    assert refused(text)


@bounded
@given(
    st.dictionaries(
        st.sampled_from(["alg", "typ", "kid", "crit", "b64", "jwk", "cty", "zip"]),
        st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.just("RS256"),
    )
)
def test_no_header_replaces_a_signature(headers: dict[str, Any]) -> None:
    assert refused(assemble({"typ": "at+jwt", **headers}, bytes(256)))
