"""Duende IdentityModel and OidcClient: command lines, devices, and proofs made by hand."""

import base64
from typing import Any

import pytest

from tests.authenticator import base64url
from tests.blueprints.openid.dotnet.application import Application
from tests.blueprints.openid.dotnet.recorded import DEVICE, DUENDE, DUENDE_TOKEN
from tests.blueprints.openid.web import body_of
from tests.dpop import ClientKey
from tests.escaped_token import sign_escaped
from tests.harness.service_harness import ORIGIN, ServiceHarness

EMPTY = f"Basic {base64.b64encode(b'cli:').decode()}"
ASKED = {"scope": "openid profile offline_access"}


async def test_a_command_line_signs_in_and_refreshes(application: Application) -> None:
    action, answer = await application.answer(await application.push(DUENDE), consents=True)
    assert action == DUENDE["redirect_uri"]
    tokens = await application.tokens(DUENDE_TOKEN | {"code": answer["code"]})
    claims = await application.verify(tokens, client_id="cli", nonce=None)
    profile = await application.web.send(
        "GET", "/userinfo", Authorization=f"Bearer {tokens['access_token']}"
    )
    assert body_of(profile)["sub"] == claims["sub"]
    form = {"grant_type": "refresh_token", "client_id": "cli"}
    later = await application.tokens(form | {"refresh_token": tokens["refresh_token"]})
    await application.verify(later, client_id="cli", nonce=None)


@pytest.mark.parametrize(
    ("form", "headers"),
    [({"client_id": "cli"}, {}), ({}, {"Authorization": EMPTY})],
    ids=["client_id", "Basic with an empty secret"],
)
async def test_a_device_of_a_public_client_polls(
    application: Application, form: dict[str, str], headers: dict[str, str]
) -> None:
    response = await application.post("device_authorization_endpoint", ASKED | form, **headers)
    asked = body_of(response)
    assert asked.keys() >= {"device_code", "user_code", "verification_uri", "expires_in"}
    poll = {"grant_type": DEVICE, "device_code": asked["device_code"], **form}
    pending = await application.post("token_endpoint", poll, **headers)
    assert body_of(pending)["error"] == "authorization_pending"
    await _approve(application, asked)
    application.browser.party.clock.advance(seconds=asked["interval"])
    tokens = await application.tokens(poll, **headers)
    claims = await application.verify(tokens, client_id="cli", nonce=None)
    # OpenIddict asks this after each grant, and takes a refusal for a failure of it.
    profile = await application.web.send(
        "GET", "/userinfo", Authorization=f"Bearer {tokens['access_token']}"
    )
    assert body_of(profile)["sub"] == claims["sub"]


async def test_an_empty_secret_is_none_when_a_request_is_pushed_too(
    application: Application,
) -> None:
    form = {name: value for name, value in DUENDE.items() if name != "client_id"}
    await application.push(form, Authorization=EMPTY)


async def _approve(application: Application, asked: dict[str, Any]) -> None:
    browser = application.browser
    begun = body_of(await browser.send_json("/device/begin", {"userCode": asked["user_code"]}))
    body = {"request": begun["request"], "credential": browser.key.get(begun["publicKey"])}
    assert (await browser.send_json("/device/approve", body)).status_code == 204


async def test_a_proof_is_read_as_json_and_not_compared_as_text(
    application: Application, party: ServiceHarness
) -> None:
    """.NET writes the plus of `dpop+jwt` as an escape."""
    _, answer = await application.answer(await application.push(DUENDE), consents=True)
    key = ClientKey()
    now = int(party.clock.now.timestamp())
    claims = {"htm": "POST", "htu": f"{ORIGIN}/token", "iat": now, "jti": "1"}
    header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": key.jwk}
    proof = sign_escaped(claims, header, key.private_key)
    assert "dpop+jwt" not in str(base64url.decode(proof.split(".")[0]))
    form = DUENDE_TOKEN | {"code": answer["code"]}
    tokens = await application.tokens(form, DPoP=proof)
    assert tokens["token_type"] == "DPoP"
