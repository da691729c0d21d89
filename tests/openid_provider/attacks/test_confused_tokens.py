"""A value of one kind is sent where another kind is meant, or a token of one client by another."""

from collections.abc import Mapping

import pytest

from shared.http.cookies import ACCESS, REFRESH
from tests.blueprints.openid.test_tokens import BASIC, redeem
from tests.blueprints.openid.web import Browser, Web, body_of, parameters, redemption
from tests.harness.service_harness import ORIGIN
from tests.openid.asking_client import client
from tests.openid_provider.clients import WITH_SECRET
from tests.openid_provider.code_flow.provider import Registered

OFFLINE = "openid profile offline_access"
CODE, REFRESH_TOKEN = "code", "refresh token"
OTHER = client(id="other", authentication=WITH_SECRET.authentication)
"""Its secret is the same, as if both were deployed alike."""


@pytest.fixture
async def values(web: Web, browser: Browser) -> dict[str, str]:
    """One of each kind, of one client."""
    code = await browser.code(client_id="confidential", scope=OFFLINE)
    form = redemption(code, client_id=None)
    tokens = await redeem(web, form, Authorization=BASIC)
    posted = await browser.step(await browser.brings(response_mode="form_post"))
    pushed = body_of(await web.post("/par", parameters()))
    return {
        "access token of the account": browser.cookies[ACCESS],
        "refresh token of the account": browser.cookies[REFRESH],
        "access token": str(tokens["access_token"]),
        "ID token": str(tokens["id_token"]),
        REFRESH_TOKEN: str(tokens["refresh_token"]),
        CODE: await browser.code(client_id="confidential"),
        "request": await browser.brings(client_id="confidential"),
        "pushed request": str(pushed["request_uri"]),
        "answer": str(posted["answer"]),
    }


def others(values: Mapping[str, str], *kinds: str) -> list[tuple[str, str]]:
    return [(kind, value) for kind, value in values.items() if kind not in kinds]


async def test_only_a_code_is_redeemed(web: Web, values: dict[str, str]) -> None:
    for kind, value in others(values, CODE):
        form = redemption(value, client_id=None)
        response = await web.post("/token", form, Authorization=BASIC)
        assert body_of(response)["error"] == "invalid_grant", kind


async def test_only_a_refresh_token_is_refreshed(web: Web, values: dict[str, str]) -> None:
    for kind, value in others(values, REFRESH_TOKEN):
        form = {"grant_type": "refresh_token", "refresh_token": value}
        response = await web.post("/token", form, Authorization=BASIC)
        assert body_of(response)["error"] == "invalid_grant", kind


async def test_only_an_access_token_of_a_client_tells_a_profile(
    web: Web, values: dict[str, str]
) -> None:
    for kind, value in others(values, "access token"):
        response = await web.send("GET", "/userinfo", Authorization=f"Bearer {value}")
        assert response.status_code == 401, kind


async def test_only_an_access_token_of_a_client_is_introspected_by_it(
    web: Web, values: dict[str, str]
) -> None:
    for kind, value in others(values, "access token"):
        response = await web.post("/introspect", {"token": value}, Authorization=BASIC)
        assert body_of(response) == {"active": False}, kind


async def test_a_client_revokes_nothing_of_the_account(
    web: Web, browser: Browser, values: dict[str, str]
) -> None:
    for kind, value in others(values, REFRESH_TOKEN, "access token"):
        response = await web.post("/revoke", {"token": value}, Authorization=BASIC)
        assert response.status_code == 200, kind
    assert (await browser.step(await browser.brings()))["step"] == "answer"
    userinfo = {"Authorization": f"Bearer {values['access token']}"}
    assert (await web.send("GET", "/userinfo", **userinfo)).status_code == 200


async def test_only_a_request_goes_on_at_our_page(
    web: Web, browser: Browser, values: dict[str, str]
) -> None:
    for kind, value in others(values, "request"):
        assert (await browser.send_step({"request": value})).status_code == 400, kind
    for kind, value in others(values, "answer"):
        response = await web.post("/authorize/answer", {"answer": value}, Origin=ORIGIN)
        assert response.status_code == 400, kind
    for kind, value in others(values, "pushed request"):
        prefixed = f"urn:ietf:params:oauth:request_uri:{value}"
        response = await browser.open({"client_id": "app", "request_uri": prefixed})
        assert response.status_code == 400, kind


@pytest.mark.parametrize("path", ["/me", "/sessions"])
async def test_nothing_of_a_client_opens_the_account(
    web: Web, values: dict[str, str], path: str
) -> None:
    for kind, value in others(values, "access token of the account"):
        for headers in (
            {"Authorization": f"Bearer {value}"},
            {"Authorization": f"DPoP {value}", "DPoP": value},
            {"Cookie": f"{ACCESS}={value}"},
        ):
            response = await web.send("GET", path, **headers)
            assert response.status_code == 401, (kind, headers)


async def test_nothing_of_a_client_signs_its_bearer_in_at_our_page(
    browser: Browser, values: dict[str, str]
) -> None:
    sealed = await browser.brings()
    for kind, value in others(values, "access token of the account"):
        browser.cookies = {ACCESS: value}
        response = await browser.send_step({"request": sealed}, Authorization=f"Bearer {value}")
        assert response.status_code == 401, kind


async def test_the_cookie_of_a_page_is_not_refreshed_as_a_client_or_in_a_form(
    web: Web, browser: Browser, values: dict[str, str]
) -> None:
    token = values["refresh token of the account"]
    form = {"grant_type": "refresh_token", "refresh_token": token}
    for named in ({}, {"client_id": "app"}, {"client_id": "nobody"}):
        response = await web.post("/token", form | named)
        assert response.status_code in (400, 401), named
    jar = {"Cookie": f"{REFRESH}={token}"}
    # Another page has the browser send the cookie.
    for headers in (jar, jar | {"Origin": "https://evil.example"}):
        response = await web.post("/token", {"grant_type": "refresh_token"}, **headers)
        assert response.status_code == 403
    assert (await browser.step(await browser.brings()))["step"] == "answer"


async def test_one_client_has_no_use_for_what_another_has(
    web: Web, registered: Registered, values: dict[str, str]
) -> None:
    registered.clients[OTHER.id] = OTHER
    proof = {"client_id": OTHER.id, "client_secret": "a-secret"}
    access, refresh = values["access token"], values[REFRESH_TOKEN]
    for form in (
        redemption(values[CODE], client_id=None),
        {"grant_type": "refresh_token", "refresh_token": refresh},
    ):
        response = await web.post("/token", form | proof)
        assert body_of(response)["error"] == "invalid_grant"
    for token in (access, refresh):
        asked = await web.post("/introspect", {"token": token} | proof)
        assert body_of(asked) == {"active": False}
        assert (await web.post("/revoke", {"token": token} | proof)).status_code == 200
    form = {"grant_type": "refresh_token", "refresh_token": refresh}
    assert await redeem(web, form, Authorization=BASIC)


async def test_two_clients_in_one_request_are_none(web: Web, values: dict[str, str]) -> None:
    form = redemption(values[CODE], client_id="app")
    response = await web.post("/token", form, Authorization=BASIC)
    assert body_of(response)["error"] == "invalid_request"
    twice = form | {"client_id": "confidential", "client_secret": "a-secret"}
    response = await web.post("/token", twice, Authorization=BASIC)
    assert body_of(response)["error"] == "invalid_request"
