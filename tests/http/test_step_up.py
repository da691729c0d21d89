"""If the sign-in is too old, the refusal lets the client ask for a new one (RFC 9470)."""

import time
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.api import Api, Json, Reply, new_username
from tests.authenticator import SoftAuthenticator
from tests.http.forms import refresh
from tests.sessions.claims import claims_of

AGE = 300


@pytest.fixture
async def alice(api: Api, authenticator: SoftAuthenticator) -> Json:
    username = new_username()
    await api.register(authenticator, username)
    return await api.sign_in(authenticator, username)


@pytest.fixture
def stale(alice: Json, signing_key_file: Path) -> str:
    """A token that the service would give a session that was opened an hour ago."""
    key = serialization.load_pem_private_key(signing_key_file.read_bytes(), password=None)
    assert isinstance(key, rsa.RSAPrivateKey)
    token = alice["access_token"]
    claims = claims_of(token)
    claims["auth_time"] = int(time.time()) - 3600
    return jwt.encode(claims, key, algorithm="RS256", headers=jwt.get_unverified_header(token))


async def _change(api: Api, alice: Json, token: str) -> list[Reply]:
    path = f"/credentials/{alice['credential']['id']}"
    return [
        await api.post("/register/begin", {}, token=token),
        await api.send("DELETE", path, token=token),
        await api.send("DELETE", f"{path}?lastCredential=remove", token=token),
        await api.send("DELETE", "/credentials/AAAA", token=token),
    ]


async def test_the_refusal_of_a_stale_sign_in_has_the_maximum_age(
    api: Api, alice: Json, stale: str
) -> None:
    for reply in await _change(api, alice, stale):
        assert reply.status == 401
        challenge = reply.headers["WWW-Authenticate"]
        assert challenge.startswith("Bearer ")
        assert 'error="insufficient_user_authentication"' in challenge
        assert f'max_age="{AGE}"' in challenge
        assert 'acr_values="aal2"' in challenge
    me = (await api.get("/me", token=stale)).json
    assert [each["id"] for each in me["credentials"]] == [alice["credential"]["id"]]


async def test_operations_that_change_no_credential_need_no_fresh_sign_in(
    api: Api, alice: Json, stale: str
) -> None:
    path = f"/credentials/{alice['credential']['id']}"
    reply = await api.send("PATCH", path, json={"name": "Blue key"}, token=stale)
    assert reply.status == 200
    for path in ("/me", "/credentials", "/sessions"):
        assert (await api.get(path, token=stale)).status == 200


async def test_a_refreshed_token_has_the_time_of_the_sign_in(api: Api, alice: Json) -> None:
    refreshed = (await refresh(api, alice["refresh_token"])).json
    before, after = (claims_of(each["access_token"]) for each in (alice, refreshed))
    for claim in ("auth_time", "amr", "acr", "aal", "sid", "cred", "sub"):
        assert after[claim] == before[claim]
    assert after["jti"] != before["jti"]


@pytest.mark.parametrize("values", [["aal2"], ["phr"], ["phr", "aal2"]])
async def test_a_client_may_request_an_authentication_context(
    api: Api, authenticator: SoftAuthenticator, alice: Json, values: list[str]
) -> None:
    reply = await api.post("/authenticate/begin", {"acrValues": values, "maxAge": AGE})
    signed_in = await api.finish_authentication(authenticator.get(reply.json["publicKey"]))
    claims = claims_of(signed_in.json["access_token"])
    assert (claims["acr"], claims["aal"]) == ("phr", 2)


@pytest.mark.parametrize(
    "members", [{"acrValues": ["aal3"]}, {"acrValues": "aal2"}, {"maxAge": -1}, {"maxAge": "1"}]
)
async def test_an_unsupported_sign_in_request_is_refused(api: Api, members: Json) -> None:
    reply = await api.post("/authenticate/begin", members)
    assert (reply.status, reply.problem) == (400, "malformed-request")
