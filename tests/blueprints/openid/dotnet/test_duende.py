"""Duende IdentityModel and OidcClient: command lines, devices, and proofs made by hand."""

import base64
import json
from typing import Any

import jwt
import pytest

from tests.blueprints.openid.dotnet.application import Application
from tests.blueprints.openid.dotnet.recorded import DEVICE, DUENDE, DUENDE_TOKEN
from tests.blueprints.openid.web import body_of
from tests.dpop import ClientKey
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
    await application.verify(tokens, client_id="cli", nonce=None)


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
    header = json.dumps({"typ": "dpop+jwt", "alg": "ES256", "jwk": key.jwk})
    escaped = header.replace("dpop+jwt", "dpop\\u002Bjwt")
    signed = b".".join(
        base64.urlsafe_b64encode(part).rstrip(b"=")
        for part in (escaped.encode(), json.dumps(claims).encode())
    )
    signature = jwt.get_algorithm_by_name("ES256").sign(signed, key.private_key)
    proof = signed + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")
    form = DUENDE_TOKEN | {"code": answer["code"]}
    tokens = await application.tokens(form, DPoP=proof.decode())
    assert tokens["token_type"] == "DPoP"
