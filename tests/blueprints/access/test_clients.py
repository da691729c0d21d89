"""A client asks for the person who has signed in to it, and sees what it asked for, and no more."""

import json
from dataclasses import replace
from typing import Any

import azure.functions as func
import pytest

from shared import wiring
from shared.openid.clients import command_line
from tests.access_broker.exchange.exchanger import APP, NO_EXCHANGE, ORDERS, OTHER_APP, Application
from tests.blueprints.access.test_approvals import ASKED, PROFILE, approve, ask, person
from tests.blueprints.openid.web import Browser, Web, body_of
from tests.harness.service_harness import ServiceHarness
from tests.openid_provider.code_flow.provider import Registered

FOR_APP = PROFILE | {"who": {"users": ["alice"], "clients": ["app"]}, "name": "app-only"}
OUR_OWN = replace(APP, id=command_line.ID)


@pytest.fixture
async def here(party: ServiceHarness, monkeypatch: pytest.MonkeyPatch) -> ServiceHarness:
    here = party.restarted(ACCESS_PROFILES=json.dumps([PROFILE, FOR_APP]))
    registered = Registered({each.id: each for each in (APP, OTHER_APP, NO_EXCHANGE, OUR_OWN)})
    monkeypatch.setattr(here.service.client_directory, "find", registered.find)
    return here


@pytest.fixture
def web(here: ServiceHarness, monkeypatch: pytest.MonkeyPatch) -> Web:
    monkeypatch.setattr(wiring, "settings", lambda: here.settings)
    monkeypatch.setattr(wiring, "service", lambda: here.service)
    monkeypatch.setattr(wiring, "CLOCK", here.clock)
    return Web()


@pytest.fixture
async def alice(web: Web, here: ServiceHarness) -> Browser:
    return await person(web, here, "alice")


@pytest.fixture
async def bob(web: Web, here: ServiceHarness) -> Browser:
    return await person(web, here, "bob")


@pytest.fixture
async def app(alice: Browser) -> Application:
    app = Application(alice)
    await app.get_token()
    return app


async def send(
    app: Application, method: str, path: str, body: dict[str, Any] | None = None
) -> func.HttpResponse:
    data = b"" if body is None else json.dumps(body).encode()
    return await app.browser.web.send(
        method, path, data, Content_Type="application/json", Authorization=f"Bearer {app.token}"
    )


async def asked_by(app: Application, **changes: Any) -> str:  # noqa: ANN401
    response = await send(app, "POST", "/approvals", ASKED | changes)
    assert response.status_code == 201, response.get_body()
    approval_id: str = body_of(response)["id"]
    return approval_id


async def test_a_client_asks_and_uses(app: Application, alice: Browser, bob: Browser) -> None:
    approval_id = await asked_by(app, profile="app-only")
    path = f"/approvals/{approval_id}"
    await approve(bob, approval_id)

    seen = body_of(await send(app, "GET", path))
    words = {each["name"]: each["value"] for each in seen["words"]["en"]}
    assert (seen["status"], seen["role"], words["client"]) == ("approved", "asker", "app")
    (listed,) = body_of(await send(app, "GET", "/approvals"))["asked"]
    assert listed["id"] == approval_id
    assert body_of(await send(app, "GET", f"{path}/receipt"))["gestures"]
    assert (await send(app, "POST", f"{path}/use", {})).status_code == 200
    assert (await send(app, "POST", f"{path}/use", {})).status_code == 409


async def test_a_profile_for_one_client_is_for_no_other(app: Application, alice: Browser) -> None:
    refused = await alice.send_json("/approvals", ASKED | {"profile": "app-only"})
    assert refused.status_code == 404
    other = Application(alice, OTHER_APP)
    await other.get_token()
    refused = await send(other, "POST", "/approvals", ASKED | {"profile": "app-only"})
    assert refused.status_code == 404
    assert (await send(other, "POST", "/approvals", ASKED)).status_code == 201


async def test_a_client_sees_and_does_nothing_else(
    app: Application, alice: Browser, bob: Browser
) -> None:
    own, others = await ask(alice), Application(alice, OTHER_APP)
    await others.get_token()
    mine = await asked_by(app)
    for approval_id, client in ((own, app), (mine, others)):
        for method, act in (
            ("GET", ""),
            ("GET", "/receipt"),
            ("POST", "/withdraw"),
            ("POST", "/use"),
        ):
            response = await send(client, method, f"/approvals/{approval_id}{act}")
            assert response.status_code == 404, (method, act)
    assert body_of(await send(app, "GET", "/approvals"))["waiting"] == []

    of_bob = Application(bob, APP)
    await of_bob.get_token()
    for act in ("begin", "finish", "refuse"):
        response = await send(of_bob, "POST", f"/approvals/{mine}/{act}", {})
        assert response.status_code == 401, act
    assert body_of(await get_as_person(alice, mine))["status"] == "pending"


async def test_a_client_lists_what_it_may_ask_for(app: Application) -> None:
    offered = body_of(await send(app, "GET", "/access"))["access"]
    assert {each["profile"]: each["unmet"] for each in offered} == {"pay": [], "app-only": []}
    other = Application(app.browser, OTHER_APP)
    await other.get_token()
    offered = body_of(await send(other, "GET", "/access"))["access"]
    unmet = {each["profile"]: each["unmet"] for each in offered}
    assert unmet["app-only"] == [{"demand": "client", "toDo": "use-its-application"}]


async def test_our_command_line_lists_what_waits_for_the_person_too(
    app: Application, bob: Browser
) -> None:
    asked = await asked_by(app)
    of_bob = Application(bob, OUR_OWN)
    await of_bob.get_token()
    listed = body_of(await send(of_bob, "GET", "/approvals"))
    assert [each["id"] for each in listed["waiting"]] == [asked]
    assert listed["asked"] == []
    for act in ("begin", "finish", "refuse"):
        response = await send(of_bob, "POST", f"/approvals/{asked}/{act}", {})
        assert response.status_code == 401, act


async def get_as_person(browser: Browser, approval_id: str) -> func.HttpResponse:
    jar = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    return await browser.web.send("GET", f"/approvals/{approval_id}", Cookie=jar)


@pytest.mark.parametrize("what", ["no grant", "another audience", "no token", "bound elsewhere"])
async def test_other_tokens_do_not_count(app: Application, alice: Browser, what: str) -> None:
    if what == "no grant":
        app = Application(alice, NO_EXCHANGE)
        await app.get_token()
    elif what == "another audience":
        await app.get_token(resource=ORDERS)
    elif what == "no token":
        app.token = "x.y.z"
    else:
        app.token = app.token[:-4] + "AAAA"
    response = await send(app, "POST", "/approvals", ASKED)
    assert response.status_code == 401, response.get_body()


async def test_nothing_counts_after_the_session(
    app: Application, alice: Browser, bob: Browser
) -> None:
    approval_id = await asked_by(app)
    await approve(bob, approval_id)
    jar = "; ".join(f"{name}={value}" for name, value in alice.cookies.items())
    headers = {"Origin": "https://touchstone.example", "X-CSRF-Token": alice.csrf, "Cookie": jar}
    ended = await alice.web.send("DELETE", "/sessions", **headers)
    assert ended.status_code in (200, 204), ended.get_body()
    response = await send(app, "POST", f"/approvals/{approval_id}/use", {})
    assert response.status_code == 401
