"""An access token is what the service signed, unchanged, and no more than five minutes old."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.api import Api, new_username
from tests.authenticator import SoftAuthenticator
from tests.sessions.claims import claims_of

type Claims = dict[str, Any]

OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
async def token(api: Api, authenticator: SoftAuthenticator) -> str:
    await api.register(authenticator, new_username())
    access_token: str = (await api.sign_in(authenticator))["access_token"]
    return access_token


@pytest.fixture
def private_key(signing_key_file: Path, token: str) -> rsa.RSAPrivateKey:
    """The service's own, which a forger does not have."""
    key = serialization.load_pem_private_key(signing_key_file.read_bytes(), password=None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def _headers(token: str, **changed: object) -> dict[str, Any]:
    return {**jwt.get_unverified_header(token), **changed}


def _encode(part: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


async def _assert_refused(api: Api, token: str) -> None:
    for reply in (
        await api.get("/me", token=token),
        await api.post("/register/begin", {"username": new_username()}, token=token),
    ):
        assert (reply.status, reply.problem) == (401, "token-invalid")
        assert 'error="invalid_token"' in reply.headers["WWW-Authenticate"]


async def test_me_returns_the_owner_of_the_token(api: Api, token: str) -> None:
    me = (await api.get("/me", token=token)).json
    assert me["user"]["id"] == claims_of(token)["sub"]
    assert me["token"]["acr"] == "phr"
    assert len(me["credentials"]) == 1


async def test_me_needs_a_token(api: Api) -> None:
    reply = await api.get("/me")
    assert (reply.status, reply.problem) == (401, "token-required")
    assert reply.headers["WWW-Authenticate"] == (
        'Bearer realm="touchstone", '
        'DPoP realm="touchstone", algs="ES256 Ed25519 EdDSA ES384 PS256 RS256"'
    )


@pytest.mark.parametrize(
    "header",
    ["DPoP", "DPoP ", "Basic YTpi", "dpop", "Token {token}", "{token}", "DPoP: {token}"],
)
async def test_a_token_is_sent_with_its_scheme(api: Api, token: str, header: str) -> None:
    proof = api.proof("GET", "/me", token=token)
    headers = {"Authorization": header.format(token=token), **proof}
    assert (await api.send("GET", "/me", headers=headers)).status == 401


async def test_the_scheme_may_have_any_case(api: Api, token: str) -> None:
    headers = {"Authorization": f"dPOP {token}", **api.proof("GET", "/me", token=token)}
    assert (await api.send("GET", "/me", headers=headers)).status == 200


@pytest.mark.parametrize("place", ["?access_token=", "?token=", "?Authorization=Bearer%20"])
async def test_a_token_in_the_address_is_not_read(api: Api, token: str, place: str) -> None:
    assert (await api.get(f"/me{place}{token}")).status == 401


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: token[:-6],
        lambda token: token.rpartition(".")[0] + ".",
        lambda token: token.rpartition(".")[0],
        lambda token: token + "." + token,
        lambda token: token + "AAAA",
        lambda token: "." + token,
        lambda token: token.replace(".", ",", 1),
        lambda _: "..",
        lambda _: "a.b.c",
        lambda _: "AAAA.AAAA.AAAA",
        lambda _: "e30.e30.e30",
        lambda _: "bnVsbA.bnVsbA.bnVsbA",
        lambda _: "\xe9\xe9.\xe9\xe9.\xe9\xe9",
        lambda _: "x" * 8_000,
        lambda _: _encode([[[]]] * 100) + ".e30.AA",
    ],
)
async def test_a_changed_token_is_refused(
    api: Api, token: str, spoil: Callable[[str], str]
) -> None:
    await _assert_refused(api, spoil(token))


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE", "", "RS256 ", "HS256", None])
async def test_an_unsigned_token_is_refused(api: Api, token: str, algorithm: str | None) -> None:
    body = f"{_encode(_headers(token, alg=algorithm))}.{_encode(claims_of(token))}"
    await _assert_refused(api, f"{body}.")
    await _assert_refused(api, f"{body}.AAAA")


@pytest.mark.parametrize("form", ["pem", "der", "jwk"])
async def test_a_token_with_the_public_key_as_hmac_secret_is_refused(
    api: Api, token: str, private_key: rsa.RSAPrivateKey, form: str
) -> None:
    info = serialization.PublicFormat.SubjectPublicKeyInfo
    public_key = private_key.public_key()
    jwk = (await api.get("/.well-known/jwks.json")).json["keys"][0]
    secret = {
        "pem": public_key.public_bytes(serialization.Encoding.PEM, info),
        "der": public_key.public_bytes(serialization.Encoding.DER, info),
        "jwk": json.dumps(jwk).encode(),
    }[form]
    body = f"{_encode(_headers(token, alg='HS256'))}.{_encode(claims_of(token))}"
    mac = hmac.new(secret, body.encode(), hashlib.sha256).digest()
    await _assert_refused(api, f"{body}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}")


@pytest.mark.parametrize(
    "header",
    [
        {"kid": "../../etc/passwd"},
        {"kid": "' or 1 eq 1"},
        {"kid": "\x00"},
        {"kid": "k" * 4_096},
        {"kid": 7},
        {"jwk": {"kty": "RSA", "n": "AQAB", "e": "AQAB"}},
        {"jku": "http://127.0.0.1:1/keys"},
        {"x5u": "http://127.0.0.1:1/certificate"},
        {"x5c": ["AAAA"]},
        {"crit": ["exp"]},
        {"crit": ["b64"], "b64": False},
        {"typ": "JWT"},
        {"typ": None},
    ],
    ids=str,
)
async def test_the_signature_of_another_key_is_refused_whatever_the_header_has(
    api: Api, token: str, header: dict[str, object]
) -> None:
    body = f"{_encode(_headers(token, **header))}.{_encode(claims_of(token))}"
    signature = jwt.get_algorithm_by_name("RS256").sign(body.encode(), OTHER_KEY)
    await _assert_refused(api, f"{body}.{jwt.utils.base64url_encode(signature).decode()}")


@pytest.mark.parametrize(
    "change",
    [
        {"exp": 1},
        {"iss": "https://evil.example"},
        {"aud": "https://evil.example"},
        {"aud": ["https://evil.example"]},
        {"sub": "AAAA"},
        {"sub": "A" * 43},
        {"sub": "!"},
        {"sub": None},
        {"amr": 7},
        {"auth_time": "now"},
        {"exp": None},
        {"aud": None},
        {"iss": None},
        {"nbf": 4_000_000_000},
    ],
    ids=str,
)
async def test_wrong_claims_are_refused_even_with_a_valid_signature(
    api: Api, token: str, private_key: rsa.RSAPrivateKey, change: Claims
) -> None:
    """Signed by the service's own key, as a forger cannot: expired, or for another audience."""
    changed = {**claims_of(token), **change}
    claims = {name: value for name, value in changed.items() if value is not None}
    await _assert_refused(
        api, jwt.encode(claims, private_key, algorithm="RS256", headers=_headers(token))
    )


async def test_a_token_of_another_type_is_refused(
    api: Api, token: str, private_key: rsa.RSAPrivateKey
) -> None:
    for kind in ("JWT", "id+jwt", "at+JWT "):
        headers = _headers(token, typ=kind)
        other = jwt.encode(claims_of(token), private_key, algorithm="RS256", headers=headers)
        await _assert_refused(api, other)


async def test_a_token_is_valid_for_five_minutes(token: str) -> None:
    claims = claims_of(token)
    assert claims["exp"] - claims["iat"] == 300
    assert claims["auth_time"] <= claims["iat"]


async def test_a_token_can_be_verified_with_the_published_keys(
    api: Api, authenticator: SoftAuthenticator
) -> None:
    await api.register(authenticator, new_username())
    assertion = authenticator.get(await api.begin_authentication())
    token = (await api.finish_authentication(assertion, scope="api")).json["access_token"]
    keys = jwt.PyJWKClient(f"{api.url}/.well-known/jwks.json")
    key = await asyncio.to_thread(keys.get_signing_key_from_jwt, token)
    claims = jwt.decode(token, key, algorithms=["RS256"], audience=api.url, issuer=api.url)
    assert claims["amr"] == ["pop", "user", "mfa"]


async def test_the_published_keys_have_no_private_part(api: Api) -> None:
    for key in (await api.get("/.well-known/jwks.json")).json["keys"]:
        assert not key.keys() & {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}
