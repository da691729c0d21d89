"""An application that is nothing but a page reads answers from its own origin (CORS)."""

from types import SimpleNamespace
from typing import Any

import azure.functions as func
import pytest

from shared.blueprints.unmatched import unmatched
from shared.handling.client_pages import PATHS
from tests.blueprints.openid.test_tokens import OFFLINE
from tests.blueprints.openid.web import Browser, Web, body_of, parameters, redemption
from tests.dpop import ClientKey
from tests.harness.service_harness import ORIGIN
from tests.openid_provider.clients import SECRET
from tests.storage_transport import RecordingTransport

HERE, ELSEWHERE = "https://app.example.com", "https://evil.example"
ALLOW, EXPOSE = "Access-Control-Allow-Origin", "Access-Control-Expose-Headers"


def reader(response: func.HttpResponse) -> str | None:
    """The origin whose pages may read the answer."""
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert response.headers["Vary"] == "Origin"
    found: str | None = response.headers.get(ALLOW)
    return found


async def test_a_page_gets_tokens_and_the_profile_and_gives_them_back(
    web: Web, browser: Browser
) -> None:
    answers = [await web.post("/par", parameters(), Origin=HERE)]
    form = redemption(await browser.code(scope=OFFLINE))
    answers += [await web.post("/token", form, Origin=HERE)]
    tokens = body_of(answers[-1])
    bearer = f"Bearer {tokens['access_token']}"
    for method in ("GET", "POST"):
        answers += [await web.send(method, "/userinfo", Origin=HERE, Authorization=bearer)]
    back = {"client_id": "app", "token": tokens["refresh_token"]}
    answers += [await web.post("/revoke", back, Origin=HERE)]
    # And why something is refused.
    answers += [await web.send("GET", "/userinfo", Origin=HERE, Authorization=bearer)]
    answers += [await web.post("/token", form, Origin=HERE)]
    assert [each.status_code for each in answers] == [201, 200, 200, 200, 200, 401, 400]
    assert {reader(each) for each in answers} == {HERE}


async def test_a_page_reads_the_nonce_for_its_next_proof(
    web: Web, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict = browser.party.restarted(DPOP_NONCES_REQUIRED="true")
    monkeypatch.setattr("shared.wiring.settings", lambda: strict.settings)
    now = {"iat": int(strict.clock().timestamp())}
    proof = ClientKey().prove("POST", f"{ORIGIN}/token", changed=now)
    form = redemption(await browser.code())
    monkeypatch.setattr("shared.wiring.service", lambda: strict.service)
    monkeypatch.setattr(
        strict.service.client_directory, "find", browser.party.service.client_directory.find
    )
    refused = await web.post("/token", form, Origin=HERE, DPoP=proof)
    assert body_of(refused)["error"] == "use_dpop_nonce"
    assert refused.headers["DPoP-Nonce"]
    assert reader(refused) == HERE
    assert {"DPoP-Nonce", "WWW-Authenticate"} <= set(refused.headers[EXPOSE].split(", "))


async def test_no_page_of_another_origin_reads_anything(web: Web, browser: Browser) -> None:
    form = redemption(await browser.code())
    tokens = body_of(await web.post("/token", form, Origin=ELSEWHERE))
    bearer = f"Bearer {tokens['access_token']}"
    secret = {"client_id": "confidential", "client_secret": SECRET}
    answers = [
        await web.post("/token", form, Origin=ELSEWHERE),
        await web.send("GET", "/userinfo", Origin=ELSEWHERE, Authorization=bearer),
        await web.post("/token", form | {"client_id": "nobody"}, Origin=HERE),
        await web.send("GET", "/userinfo", Origin=HERE, Authorization="Bearer x"),
        # A client with a secret has a server, even if its redirect URI is of this origin.
        await web.post("/par", parameters() | secret, Origin=HERE),
        await web.send("GET", "/authorize?client_id=app", Origin=HERE),
        await web.post("/introspect", secret | {"token": str(tokens["access_token"])}, Origin=HERE),
    ]
    assert {reader(each) for each in answers} == {None}


async def preflight(path: str, origin: str) -> func.HttpResponse:
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    req = func.HttpRequest(
        "OPTIONS", ORIGIN + path, headers=headers, route_params={"path": path[1:]}, body=b""
    )
    trace = SimpleNamespace(trace_parent=None)
    context: Any = SimpleNamespace(invocation_id="0" * 32, trace_context=trace)
    return await unmatched(req, context)


async def test_preflights_are_answered_without_storage(
    web: Web, transport: RecordingTransport
) -> None:
    transport.forget()
    for path in PATHS:
        found = await preflight(f"/{path}", ELSEWHERE)
        assert reader(found) == ELSEWHERE
        assert {"Authorization", "Content-Type", "DPoP"} <= set(
            found.headers["Access-Control-Allow-Headers"].split(", ")
        )
        for origin in ("null", "app://page", f"{ELSEWHERE}/path"):
            assert reader(await preflight(f"/{path}", origin)) is None
    assert transport.names == []


async def test_no_other_endpoint_is_for_pages_of_others(web: Web) -> None:
    """Above all not /authorize (RFC 9700 section 2.6)."""
    others = {path for _, path, _ in web.routes} - PATHS
    assert "authorize" in others
    for path in others:
        assert reader(await preflight(f"/{path}", ELSEWHERE)) is None
