"""/par, /token, /userinfo, /introspect and /revoke for clients."""

import base64
import json
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, urlsplit

import azure.functions as func
import pytest

from shared.http.cookies import ACCESS
from shared.openid_provider.authorization.pushed_requests import PREFIX
from tests.blueprints.openid.web import (
    JSON,
    Browser,
    Web,
    body_of,
    parameters,
    redemption,
    request_in,
)
from tests.dpop import ClientKey
from tests.harness.service_harness import ORIGIN, ServiceHarness
from tests.openid_provider.clients import SECRET
from tests.sessions.claims import claims_of

OFFLINE = "openid profile offline_access"
ORDERS, BILLS, STORES = (f"https://{each}.example.com" for each in ("orders", "bills", "stores"))
BASIC = "Basic " + base64.b64encode(f"confidential:{quote(SECRET)}".encode()).decode()


async def redeem(web: Web, form: dict[str, str], **headers: str) -> dict[str, object]:
    response = await web.post("/token", form, **headers)
    assert response.status_code == 200, response.get_body()
    return body_of(response)


def refused(response: func.HttpResponse) -> tuple[int, str]:
    return response.status_code, body_of(response)["error"]


async def test_a_public_client_gets_its_tokens(web: Web, browser: Browser) -> None:
    found = await redeem(web, redemption(await browser.code(scope="openid profile")))
    assert found.keys() == {"access_token", "token_type", "expires_in", "scope", "id_token"}
    assert (found["token_type"], found["expires_in"]) == ("Bearer", 300)
    assert found["scope"] == "openid profile"


async def test_parameters_and_headers_of_libraries_do_no_harm(web: Web, browser: Browser) -> None:
    """MSAL adds a query, Duende an empty secret in the header, others what they like."""
    form = redemption(await browser.code()) | {"client_info": "1", "x-client-SKU": "MSAL"}
    response = await web.post("/token?haschrome=1", form)
    assert response.status_code == 200
    empty = "Basic " + base64.b64encode(b"app:").decode()
    form = redemption(await browser.code(), client_id=None)
    assert await redeem(web, form, Authorization=empty)


@pytest.mark.parametrize("where", ["header", "body"])
async def test_a_client_with_a_secret_may_send_it_in_two_ways(
    web: Web, browser: Browser, where: str
) -> None:
    code = await browser.code(client_id="confidential", scope=OFFLINE)
    in_body = {"client_id": "confidential", "client_secret": SECRET}
    form = redemption(code, client_id=None) | (in_body if where == "body" else {})
    headers = {"Authorization": BASIC} if where == "header" else {}
    found = await redeem(web, form, **headers)
    refresh = {"grant_type": "refresh_token", "refresh_token": str(found["refresh_token"])}
    later = await redeem(web, refresh | (in_body if where == "body" else {}), **headers)
    assert later["refresh_token"] != found["refresh_token"]
    assert later["id_token"]


async def test_a_wrong_client_spends_no_code(web: Web, browser: Browser) -> None:
    """It is refused before its code is looked at."""
    code = await browser.code(client_id="confidential")
    form = redemption(code, client_id="confidential") | {"client_secret": "wrong"}
    assert refused(await web.post("/token", form)) == (401, "invalid_client")
    form = redemption(code, client_id="confidential") | {"client_secret": SECRET}
    assert await redeem(web, form)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": None}, (401, "invalid_client")),
        ({"client_id": "nobody"}, (401, "invalid_client")),
        ({"client_id": "confidential"}, (401, "invalid_client")),
        ({"client_id": "others"}, (400, "invalid_grant")),
        ({"code": None}, (400, "invalid_request")),
        ({"code": "x"}, (400, "invalid_grant")),
        ({"code_verifier": None}, (400, "invalid_grant")),
        ({"redirect_uri": None}, (400, "invalid_grant")),
        ({"resource": "https://orders.example.com"}, (400, "invalid_target")),
        ({"grant_type": "password"}, (400, "unsupported_grant_type")),
    ],
)
async def test_what_is_wrong_has_the_name_of_oauth(
    web: Web, browser: Browser, changes: dict[str, str | None], error: tuple[int, str]
) -> None:
    form = redemption(await browser.code(), **changes)
    assert refused(await web.post("/token", form)) == error


async def test_a_repeated_member_is_refused(web: Web, browser: Browser) -> None:
    pairs = [*redemption(await browser.code()).items(), ("code", "x")]
    assert refused(await web.post("/token", pairs)) == (400, "invalid_request")


def naming(members: Mapping[str, str], *resources: str) -> list[tuple[str, str]]:
    return [*members.items(), *(("resource", each) for each in resources)]


async def test_a_token_is_for_all_resources_that_are_named_and_granted(
    web: Web, browser: Browser
) -> None:
    asked = naming(parameters(client_id="several", scope=OFFLINE), ORDERS, BILLS)

    async def redeem_for(*resources: str) -> dict[str, object]:
        found = await browser.step(request_in(await browser.open(asked)))
        code = dict(parse_qsl(urlsplit(found["location"]).query))["code"]
        form = naming(redemption(code, client_id="several"), *resources)
        return body_of(await web.post("/token", form))

    def audience(found: dict[str, object]) -> object:
        return claims_of(str(found["access_token"]))["aud"]

    assert audience(await redeem_for()) == [ORDERS, BILLS]
    assert audience(await redeem_for(BILLS, BILLS)) == BILLS
    assert (await redeem_for(BILLS, STORES))["error"] == "invalid_target"
    tokens = await redeem_for(BILLS)
    for named, expected in (((ORDERS,), ORDERS), ((BILLS, ORDERS), [BILLS, ORDERS]), ((), None)):
        refresh = {"grant_type": "refresh_token", "client_id": "several"}
        refresh["refresh_token"] = str(tokens["refresh_token"])
        tokens = body_of(await web.post("/token", naming(refresh, *named)))
        assert audience(tokens) == (expected or [ORDERS, BILLS])
    refresh["refresh_token"] = str(tokens["refresh_token"])
    refused_now = await web.post("/token", naming(refresh, ORDERS, STORES))
    assert refused(refused_now) == (400, "invalid_target")


async def test_a_pushed_request_is_brought_by_its_address(web: Web, browser: Browser) -> None:
    response = await web.post("/par", parameters(state="pushed"))
    assert response.status_code == 201
    pushed = body_of(response)
    assert pushed["expires_in"] == 90
    brought = {
        "client_id": "app",
        "request_uri": pushed["request_uri"],
        "scope": "openid",
        "x-client-ver": "8.19.2.0",
    }
    sealed = request_in(await browser.open(brought))
    assert "state=pushed" in (await browser.step(sealed))["location"]
    assert (await browser.open(brought)).status_code == 400


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"redirect_uri": "https://evil.example/"}, (400, "invalid_request")),
        ({"response_type": "id_token"}, (400, "unsupported_response_type")),
        ({"client_id": "confidential"}, (401, "invalid_client")),
        ({"client_id": None}, (401, "invalid_client")),
        (
            {"request_uri": f"{PREFIX}x"},
            (400, "request_uri_not_supported"),
        ),
    ],
)
async def test_a_push_is_checked(
    web: Web, changes: dict[str, str | None], error: tuple[int, str]
) -> None:
    assert refused(await web.post("/par", parameters(**changes))) == error


async def test_a_client_pushes_with_its_proof(web: Web) -> None:
    own = parameters(client_id=None)
    response = await web.post("/par", own, Authorization=BASIC)
    assert response.status_code == 201
    mixed = await web.post("/par", parameters(), Authorization=BASIC)
    assert refused(mixed) == (400, "invalid_request")


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_the_profile_is_told_to_the_bearer(web: Web, browser: Browser, method: str) -> None:
    found = await redeem(web, redemption(await browser.code(scope="openid profile")))
    header = {"Authorization": f"Bearer {found['access_token']}"}
    response = await web.send(method, "/userinfo", **header)
    assert body_of(response) == {
        "sub": claims_of(str(found["id_token"]))["sub"],
        "name": "alice",
        "preferred_username": "alice",
    }


@pytest.mark.parametrize("header", [None, "Bearer ", "Bearer x", "DPoP x", "Basic eA=="])
async def test_without_a_token_no_profile_is_told(web: Web, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    response = await web.send("GET", "/userinfo", **headers)
    assert response.status_code == 401
    assert "Bearer" in response.headers["WWW-Authenticate"] or header == "DPoP x"


async def test_no_token_of_the_account_tells_a_profile(web: Web, browser: Browser) -> None:
    token = browser.cookies[ACCESS]
    for headers in ({"Authorization": f"Bearer {token}"}, {"Cookie": f"{ACCESS}={token}"}):
        response = await web.send("GET", "/userinfo", **headers)
        assert response.status_code == 401


async def test_a_bound_token_is_sent_with_a_proof_that_counts_once(
    web: Web, browser: Browser, party: ServiceHarness
) -> None:
    key, now = ClientKey(), {"iat": int(party.clock.now.timestamp())}
    proof = key.prove("POST", f"{ORIGIN}/token", changed=now)
    found = await redeem(web, redemption(await browser.code()), DPoP=proof)
    token = str(found["access_token"])
    assert found["token_type"] == "DPoP"
    again = await web.post("/token", redemption(await browser.code()), DPoP=proof)
    assert refused(again) == (400, "invalid_dpop_proof")

    shown = key.prove("GET", f"{ORIGIN}/userinfo", token=token, changed=now)
    headers = {"Authorization": f"DPoP {token}", "DPoP": shown}
    assert (await web.send("GET", "/userinfo", **headers)).status_code == 200
    assert (await web.send("GET", "/userinfo", **headers)).status_code == 401
    bearer = await web.send("GET", "/userinfo", Authorization=f"Bearer {token}")
    assert bearer.status_code == 401
    other = ClientKey().prove("GET", f"{ORIGIN}/userinfo", token=token, changed=now)
    stolen = await web.send("GET", "/userinfo", Authorization=f"DPoP {token}", DPoP=other)
    assert stolen.status_code == 401


async def test_a_client_asks_about_its_tokens_and_gives_them_back(
    web: Web, browser: Browser
) -> None:
    code = await browser.code(client_id="confidential", scope="openid")
    form = redemption(code, client_id=None)
    token = str((await redeem(web, form, Authorization=BASIC))["access_token"])
    asked = await web.post("/introspect", {"token": token}, Authorization=BASIC)
    found = body_of(asked)
    assert (found["active"], found["client_id"], found["scope"]) == (True, "confidential", "openid")
    assert found["aud"] == f"{ORIGIN}/userinfo"
    revoked = await web.post("/revoke", {"token": token}, Authorization=BASIC)
    assert (revoked.status_code, body_of(revoked)) == (200, {})
    asked = await web.post("/introspect", {"token": token}, Authorization=BASIC)
    assert body_of(asked) == {"active": False}


async def test_only_a_client_that_proves_who_it_is_may_ask(web: Web, browser: Browser) -> None:
    token = str((await redeem(web, redemption(await browser.code())))["access_token"])
    for form in ({"client_id": "app"}, {"client_id": "confidential"}, {"client_id": "nobody"}):
        response = await web.post("/introspect", {"token": token, **form})
        assert response.status_code == 401
        assert body_of(response)["type"].endswith("#client-refused")


async def test_a_session_shows_its_clients(web: Web, browser: Browser) -> None:
    await redeem(web, redemption(await browser.code(scope=OFFLINE)))
    jar = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    response = await web.send("GET", "/sessions", Cookie=jar)
    offline, own = sorted(body_of(response)["sessions"], key=lambda each: "client" not in each)
    assert [each["id"] for each in own["clients"]] == ["app"]
    assert (offline["client"], offline["userAgent"]) == ("app", "An application")


async def test_a_standard_client_refreshes_a_session_by_the_name_in_its_tokens(
    web: Web, browser: Browser, party: ServiceHarness
) -> None:
    assertion = browser.key.get(await party.begin_authentication())
    body = json.dumps({"credential": assertion}).encode()
    signed_in = body_of(await web.send("POST", "/authenticate/finish", body, Content_Type=JSON))
    named = {"client_id": party.settings.policy.rp_id}
    form = {"grant_type": "refresh_token", "refresh_token": signed_in["refresh_token"]}
    found = await redeem(web, form | named)
    assert claims_of(str(found["access_token"]))["client_id"] == named["client_id"]
    # Under any other name it would be a client's, and no client has it.
    form = {"grant_type": "refresh_token", "refresh_token": str(found["refresh_token"])}
    assert refused(await web.post("/token", form | {"client_id": "app"})) == (400, "invalid_grant")
    given_back = {"token": str(found["refresh_token"])} | named
    assert (await web.post("/revoke", given_back)).status_code == 200
    assert refused(await web.post("/token", form)) == (400, "invalid_grant")


async def test_a_client_gets_nothing_without_its_own_name(
    web: Web, browser: Browser, party: ServiceHarness
) -> None:
    found = await redeem(web, redemption(await browser.code(scope=OFFLINE)))
    form = {"grant_type": "refresh_token", "refresh_token": str(found["refresh_token"])}
    for named in ({}, {"client_id": party.settings.policy.rp_id}):
        assert refused(await web.post("/token", form | named)) == (400, "invalid_grant")
