"""The device flow over HTTP: what devices send and get, and what our page may send."""

import json
from base64 import b64encode
from dataclasses import replace
from typing import Any

import pytest

from shared.openid.clients.client import Grant
from tests.blueprints.openid.web import Browser, Web, body_of
from tests.harness.service_harness import ORIGIN
from tests.openid_provider.clients import SECRET, WITH_SECRET
from tests.openid_provider.code_flow.provider import Registered
from tests.openid_provider.device_flow.devices import PSQL

GRANT = Grant.DEVICE_CODE.value
CONFIDENTIAL = replace(
    PSQL, id="terminal", authentication=WITH_SECRET.authentication, first_party=True
)
BASIC = f"Basic {b64encode(f'terminal:{SECRET}'.encode()).decode()}"


@pytest.fixture(autouse=True)
def clients(registered: Registered) -> None:
    registered.clients |= {each.id: each for each in (PSQL, CONFIDENTIAL)}


async def ask(web: Web, **form: str) -> dict[str, Any]:
    sent = {"client_id": "psql", "scope": "openid db:read", **form}
    response = await web.post("/device_authorization", sent)
    assert response.status_code == 200, response.get_body()
    return body_of(response)


async def decide(browser: Browser, asked: dict[str, Any], *, approves: bool) -> None:
    begun = body_of(await browser.send_json("/device/begin", {"userCode": asked["user_code"]}))
    body = {"request": begun["request"]}
    if approves:
        body["credential"] = browser.key.get(begun["publicKey"])
    path = "/device/approve" if approves else "/device/reject"
    assert (await browser.send_json(path, body)).status_code == 204


def poll(asked: dict[str, Any], **form: str) -> dict[str, str]:
    return {"grant_type": GRANT, "device_code": asked["device_code"], **form}


async def test_a_public_client_names_itself_as_psql_does(web: Web, browser: Browser) -> None:
    asked = await ask(web)
    assert asked.keys() == {
        "device_code", "user_code", "verification_uri", "expires_in", "interval"
    }  # fmt: skip
    assert asked["verification_uri"] == f"{ORIGIN}/device"
    pending = await web.post("/token", poll(asked, client_id="psql"))
    assert (pending.status_code, body_of(pending)["error"]) == (400, "authorization_pending")
    early = await web.post("/token", poll(asked, client_id="psql"))
    assert (early.status_code, body_of(early)["error"]) == (400, "slow_down")
    assert body_of(early)["error_description"]


async def test_a_client_with_a_secret_sends_it_by_basic_and_no_id(
    web: Web, browser: Browser
) -> None:
    """As libpq does with a secret."""
    response = await web.post("/device_authorization", {"scope": "openid"}, Authorization=BASIC)
    asked = body_of(response)
    await decide(browser, asked, approves=True)
    tokens = await web.post("/token", poll(asked), Authorization=BASIC)
    assert tokens.status_code == 200, tokens.get_body()
    assert tokens.headers["Cache-Control"] == "no-store"
    assert body_of(tokens).keys() == {
        "access_token", "token_type", "expires_in", "scope", "id_token"
    }  # fmt: skip


async def test_a_rejected_device_gets_a_text_for_its_person(web: Web, browser: Browser) -> None:
    asked = await ask(web)
    await decide(browser, asked, approves=False)
    refused = await web.post("/token", poll(asked, client_id="psql"))
    assert refused.status_code == 400
    assert body_of(refused) == {
        "error": "access_denied",
        "error_description": "The person rejected this sign-in.",
    }


@pytest.mark.parametrize(
    ("form", "headers", "status", "error"),
    [
        ({}, {}, 401, "invalid_client"),
        ({"client_id": "nobody"}, {}, 401, "invalid_client"),
        ({"client_id": "terminal"}, {}, 401, "invalid_client"),
        ({"client_id": "app"}, {}, 400, "unauthorized_client"),
        ({"client_id": "psql", "scope": "openid db:write"}, {}, 400, "invalid_scope"),
        ({"client_id": "psql", "resource": "https://x.example"}, {}, 400, "invalid_target"),
        ({"client_id": "psql", "scope": "x" * 3000}, {}, 400, "invalid_request"),
        ({"client_id": "other"}, {"Authorization": BASIC}, 400, "invalid_request"),
    ],
)
async def test_what_is_wrong_with_a_request_has_the_name_that_oauth_has_for_it(
    web: Web, form: dict[str, str], headers: dict[str, str], status: int, error: str
) -> None:
    response = await web.post("/device_authorization", form, **headers)
    assert (response.status_code, body_of(response)["error"]) == (status, error)


async def test_a_poll_without_a_code_is_told_so(web: Web) -> None:
    response = await web.post("/token", {"grant_type": GRANT, "client_id": "psql"})
    assert (response.status_code, body_of(response)["error"]) == (400, "invalid_request")


async def test_only_our_own_page_may_look_or_decide(web: Web, browser: Browser) -> None:
    asked = await ask(web)
    bodies: dict[str, dict[str, Any]] = {
        "/device/begin": {"userCode": asked["user_code"]},
        "/device/approve": {"request": "x", "credential": {}},
        "/device/reject": {"request": "x"},
    }
    for path, body in bodies.items():
        response = await browser.send_json(path, body, Origin="https://evil.example")
        assert response.status_code == 403, path
        content = json.dumps(body).encode()
        bare = await web.send("POST", path, content, Content_Type="application/json")
        assert bare.status_code == 403, path


async def test_the_page_shows_what_a_person_has_to_know(web: Web, browser: Browser) -> None:
    asked = await ask(web)
    begun = body_of(await browser.send_json("/device/begin", {"userCode": asked["user_code"]}))
    assert begun["client"] == {"name": "psql", "logo": None}
    assert begun["userCode"] == asked["user_code"]
    assert (begun["scope"], begun["resources"]) == (
        ["openid", "db:read"],
        ["https://db.example.org"],
    )
    assert begun["secondsAgo"] == 0
    # Alice is signed in, so her passkey is offered.
    assert len(begun["publicKey"]["allowCredentials"]) == 1


async def test_a_wrong_code_is_a_problem_that_does_not_repeat_it(
    web: Web, browser: Browser
) -> None:
    response = await browser.send_json("/device/begin", {"userCode": "WRNG-CDXX"})
    assert response.status_code == 404
    assert body_of(response)["type"].endswith("#user-code-unknown")
    assert b"WRNG" not in response.get_body()
    too_long = await browser.send_json("/device/begin", {"userCode": "B" * 41})
    assert too_long.status_code == 400


async def test_the_page_is_never_framed_and_reads_nothing_from_its_address(web: Web) -> None:
    plain = await web.send("GET", "/device")
    filled = await web.send("GET", "/device?user_code=WDJB-MJHT")
    assert plain.status_code == 200
    assert plain.get_body() == filled.get_body()
    assert "frame-ancestors 'none'" in plain.headers["Content-Security-Policy"]
    assert plain.headers["X-Frame-Options"] == "DENY"


async def test_discovery_names_the_endpoint_and_the_grant(web: Web) -> None:
    document = body_of(await web.send("GET", "/.well-known/openid-configuration"))
    assert document["device_authorization_endpoint"] == f"{ORIGIN}/device_authorization"
    assert GRANT in document["grant_types_supported"]
