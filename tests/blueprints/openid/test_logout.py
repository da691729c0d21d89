"""GET and POST /logout, and what our page sends: who is signed out, who is asked, and where a
person goes."""

from typing import Any
from urllib.parse import urlencode

import azure.functions as func
import pytest

from shared.http.cookies import ACCESS
from tests.authenticator import SoftAuthenticator
from tests.blueprints.openid.test_authorizing import Form, policy
from tests.blueprints.openid.web import Browser, Web, body_of, redemption
from tests.harness.administrators import CLIENT_ADMINISTRATOR
from tests.harness.service_harness import ServiceHarness
from tests.no_event import NO_EVENT
from tests.openid.asking_client import CLIENT, client
from tests.openid.clients.documents import client as read_client
from tests.openid.clients.documents import web as document
from tests.openid_provider.code_flow.provider import Registered
from tests.storage_transport import RecordingTransport

HOME = "https://app.example.com/signed-out"
ORDERS = "https://orders.example/signed-out"


@pytest.fixture
def registered() -> Registered:
    app = client(post_logout_redirect_uris=(HOME,))
    return Registered({CLIENT.id: app, "bare": client(id="bare")})


@pytest.fixture
async def orders(party: ServiceHarness) -> None:
    """A client in storage."""
    made = read_client(document(postLogoutRedirectUris=[ORDERS]))
    await party.service.clients.create(made, by=CLIENT_ADMINISTRATOR)


async def open_logout(web: Web, **parameters: str) -> func.HttpResponse:
    return await web.send("GET", f"/logout?{urlencode(parameters)}")


async def brought(web: Web, **parameters: str) -> str | None:
    """The request in the fragment of our page's address, if there is one."""
    return request_in(await open_logout(web, **parameters))


def request_in(response: func.HttpResponse) -> str | None:
    assert response.status_code == 303, response.get_body()
    path, _, sealed = str(response.headers["Location"]).partition("#request=")
    assert path.partition("?")[0] == "/sign-out"
    return sealed or None


async def send_step(
    browser: Browser, request: str | None = None, **more: object
) -> func.HttpResponse:
    headers = {name: str(more.pop(name)) for name in ("Origin",) if name in more}
    body: dict[str, Any] = {**({"request": request} if request else {}), **more}
    return await browser.send_json("/logout/step", body, **headers)


async def step(browser: Browser, request: str | None = None, **more: object) -> dict[str, Any]:
    return body_of(await send_step(browser, request, **more))


async def id_token(web: Web, browser: Browser) -> str:
    response = await web.post("/token", redemption(await browser.code()))
    return str(body_of(response)["id_token"])


async def test_a_client_signs_its_person_out(web: Web, browser: Browser) -> None:
    hint = await id_token(web, browser)
    sealed = await brought(
        web, id_token_hint=hint, post_logout_redirect_uri=HOME, state="s", ui_locales="de"
    )
    assert await browser.is_signed_in()  # so far nothing has ended
    response = await send_step(browser, sealed)
    assert body_of(response) == {
        "step": "signed-out",
        "clientName": CLIENT.name,
        "location": f"{HOME}?state=s",
        "leadsTo": "app.example.com",
        "languages": ["de"],
    }
    expired = response.headers.get_all("Set-Cookie")
    assert len(expired) == 2
    assert all("Max-Age=0" in line for line in expired)
    assert not await browser.is_signed_in()


async def test_a_form_says_the_same(web: Web, browser: Browser) -> None:
    hint = await id_token(web, browser)
    response = await web.post("/logout", {"id_token_hint": hint, "client_id": "app"})
    assert (await step(browser, request_in(response)))["step"] == "signed-out"


async def test_a_request_without_a_proof_asks_the_person(web: Web, browser: Browser) -> None:
    """CSRF: any site can send a browser here."""
    sealed = await brought(web, client_id="app", post_logout_redirect_uri=HOME)
    for request in (sealed, None):
        assert (await step(browser, request))["step"] == "confirm"
    assert await browser.is_signed_in()
    found = await step(browser, sealed, confirms=True)
    assert (found["step"], found["location"]) == ("signed-out", HOME)
    assert not await browser.is_signed_in()


async def test_a_hint_of_another_session_asks_the_person(
    web: Web, browser: Browser, party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    """Even of the same person: the ID token may be a stolen old one."""
    other = Browser(web, party, alices)
    await other.sign_in()
    sealed = await brought(web, id_token_hint=await id_token(web, other))
    assert (await step(browser, sealed))["step"] == "confirm"
    assert await browser.is_signed_in()
    assert await other.is_signed_in()


@pytest.mark.usefixtures("orders")
async def test_the_address_alone_is_enough(web: Web, browser: Browser) -> None:
    """ASP.NET Core sends no hint, unless it saves tokens, and never its client ID."""
    sealed = await brought(web, post_logout_redirect_uri=ORDERS, state="CfDJ8", x_client="net")
    found = await step(browser, sealed)
    assert (found["step"], found["clientName"]) == ("confirm", "Orders")
    found = await step(browser, sealed, confirms=True)
    assert found["location"] == f"{ORDERS}?state=CfDJ8"


async def test_somebody_who_is_not_signed_in_goes_on(web: Web, strangers: Browser) -> None:
    sealed = await brought(web, client_id="app", post_logout_redirect_uri=HOME)
    assert (await step(strangers, sealed))["location"] == HOME


async def test_a_session_that_ended_elsewhere_is_over_here_too(
    browser: Browser, party: ServiceHarness
) -> None:
    holder = await party.holder(browser.cookies[ACCESS])
    (session,) = await party.service.sessions.of_account(holder.handle)
    await party.stores.sessions.end(session, event=NO_EVENT)
    assert (await step(browser))["step"] == "signed-out"


async def test_the_page_does_not_say_signed_out_while_a_session_may_be_live(
    browser: Browser,
) -> None:
    """Its access token is over, and it has a refresh token."""
    del browser.cookies[ACCESS]
    response = await send_step(browser)
    assert response.status_code == 401
    assert "Set-Cookie" not in response.headers


@pytest.mark.usefixtures("orders")
@pytest.mark.parametrize(
    "parameters",
    [
        {"client_id": "nobody"},
        {"client_id": "app", "post_logout_redirect_uri": "https://evil.example/"},
        {"client_id": "bare", "post_logout_redirect_uri": HOME},
        {"client_id": "app", "post_logout_redirect_uri": ORDERS},
        {"post_logout_redirect_uri": "https://evil.example/"},
        {"post_logout_redirect_uri": "https://orders.example/callback"},
    ],
)
async def test_nobody_is_sent_to_an_address_that_is_not_registered(
    web: Web, parameters: dict[str, str]
) -> None:
    for response in (await open_logout(web, **parameters), await web.post("/logout", parameters)):
        assert response.status_code == 400
        assert response.mimetype == "text/html"
        assert b"evil.example" not in response.get_body()
        assert Form(response).links == ["/sign-out?ui_locales=en"]
        assert policy(response)["frame-ancestors"] == "'none'"


async def test_only_our_page_signs_out(web: Web, browser: Browser) -> None:
    hint = await id_token(web, browser)
    sealed = await brought(web, id_token_hint=hint)
    response = await send_step(browser, sealed, Origin="https://evil.example")
    assert response.status_code == 403
    assert await browser.is_signed_in()


async def test_a_made_up_request_costs_no_storage_call(
    browser: Browser, transport: RecordingTransport
) -> None:
    transport.forget()
    for text in ("x", "x" * 20_000, 1):
        assert (await browser.send_json("/logout/step", {"request": text})).status_code == 400
    assert transport.names == []


@pytest.mark.usefixtures("orders")
async def test_made_up_addresses_cost_one_list_in_a_minute(
    web: Web, transport: RecordingTransport
) -> None:
    transport.forget()
    for number in range(3):
        await open_logout(web, post_logout_redirect_uri=f"https://evil.example/{number}")
    assert transport.names == ["query Clients"]
