"""A phishing mail has a link to this service, which people trust. RFC 9700 section 4.11."""

from dataclasses import replace

import pytest

from tests.blueprints.openid.test_authorizing import Form, query
from tests.blueprints.openid.web import Browser, Web, body_of, parameters, request_in
from tests.openid.asking_client import client
from tests.openid_provider.code_flow.provider import Registered

THERE = "https://evil.example/phish"
EVIL = client(
    id="https://evil.example/client.json",
    name="evil.example (Your Bank)",
    redirect_uris=(THERE, "http://127.0.0.1/phish"),
    first_party=False,
)
"""Anybody may publish such a document."""
LINK = {"client_id": EVIL.id, "redirect_uri": THERE}


@pytest.fixture(autouse=True)
def evil(registered: Registered) -> None:
    registered.clients[EVIL.id] = EVIL


@pytest.mark.parametrize(
    ("changes", "headers"),
    [
        ({"max_age": "soon"}, {}),
        ({"scope": "openid nothing"}, {}),
        ({"prompt": "none"}, {}),
        ({"prompt": "none", "max_age": "soon"}, {}),
        ({"response_type": "id_token", "prompt": "none"}, {}),
        ({"response_mode": "form_post", "max_age": "soon"}, {}),
        ({}, {"Sec-Fetch-Dest": "iframe"}),
    ],
)
async def test_nobody_is_sent_to_a_stranger_before_they_did_something(
    strangers: Browser, changes: dict[str, str], headers: dict[str, str]
) -> None:
    response = await strangers.open(parameters(**LINK, **changes), **headers)
    assert response.status_code == 400
    assert "Location" not in response.headers
    page = Form(response)
    assert page.scripts == []
    assert b"Go on to evil.example (Your Bank)" in response.get_body()
    assert page.action == THERE or page.links[0].startswith(THERE)


async def test_a_pushed_request_sends_nobody_to_a_stranger_either(
    web: Web, strangers: Browser
) -> None:
    pushed = await web.post("/par", parameters(**LINK, prompt="none"))
    assert body_of(pushed)["error"] == "interaction_required"
    pushed = await web.post("/par", parameters(**LINK))
    brought = {"client_id": EVIL.id, "request_uri": body_of(pushed)["request_uri"]}
    response = await strangers.open(brought, Sec_Fetch_Dest="iframe")
    assert (response.status_code, "Location" in response.headers) == (400, False)


async def test_our_page_waits_for_the_person(browser: Browser) -> None:
    found = await browser.step(await browser.brings(**LINK))
    assert (found["step"], found["client"]["leadsTo"]) == ("consent", "evil.example")
    declined = await browser.step(await browser.brings(**LINK), declines=True)
    assert query(declined["location"])["error"] == "access_denied"


@pytest.mark.parametrize(
    "uri",
    [
        "https://evil.example/phish/",
        "https://evil.example/phish?",
        "https://evil.example/phish#",
        "https://evil.example//phish",
        "https://evil.example/phish/../phish",
        "https://evil.example/%70hish",
        "https://EVIL.example/phish",
        "https://evil.example:443/phish",
        "https://evil.example./phish",
        "https://evil.example@other.example/phish",
        "https://evil.example\\@other.example/phish",
        "https://evil.example/phish\r\nX-Header: 1",
        "https://evil.example/phish\x00",
        " https://evil.example/phish",
        "//evil.example/phish",
        "/phish",
        "javascript:alert(1)//https://evil.example/phish",
        "data:text/html,x",
        "http://evil.example/phish",
        "http://127.0.0.1:80:80/phish",
        "http://127.0.0.1:99999/phish",
        "http://127.0.0.1:080/phish",
        "http://127.0.0.1:1@evil.example/phish",
        "http://127.0.0.1.evil.example/phish",
        "http://127.1:8080/phish",
        "http://2130706433:8080/phish",
        "http://localhost:8080/phish",
        "http://[::1]:8080/phish",
        "https://127.0.0.1:8080/phish",
        "http://127.0.0.1:8080/phish?code=x",
    ],
)
async def test_an_address_that_only_looks_like_a_registered_one_gets_nothing(
    strangers: Browser, uri: str
) -> None:
    for mode in ("query", "form_post"):
        sent = parameters(client_id=EVIL.id, redirect_uri=uri, response_mode=mode)
        response = await strangers.open(sent)
        assert (response.status_code, "Location" in response.headers) == (400, False)
        page = Form(response)
        assert (page.action, page.links, page.scripts) == ("", [], [])


async def test_the_port_of_the_own_machine_is_free_for_that_client_alone(
    strangers: Browser, registered: Registered
) -> None:
    here = parameters(client_id=EVIL.id, redirect_uri="http://127.0.0.1:8080/phish")
    assert request_in(await strangers.open(here))
    registered.clients[EVIL.id] = replace(EVIL, redirect_uris=(THERE,))
    assert (await strangers.open(here)).status_code == 400
