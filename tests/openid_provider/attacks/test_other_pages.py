"""A page of a thief, open in the victim's browser: CSRF, clickjacking, a form that leads astray."""

import azure.functions as func
import pytest

from shared.pages.site_files import site_files
from tests.blueprints.openid.test_authorizing import Form, policy, query
from tests.blueprints.openid.web import FORM, Browser, Web, body_of, parameters, request_in
from tests.harness.service_harness import ORIGIN

EVIL = {"Origin": "https://evil.example"}


async def pages(web: Web, browser: Browser) -> list[func.HttpResponse]:
    """Each that is shown during a sign-in."""
    posted = await browser.step(await browser.brings(response_mode="form_post"))
    answer = {"answer": posted["answer"]}
    return [
        await web.send("GET", "/sign-in"),
        await browser.open(parameters(client_id="nobody")),
        await browser.open(parameters(response_type="id_token")),
        await browser.open(parameters(response_type="id_token", response_mode="form_post")),
        await web.post("/authorize/answer", answer, Origin=ORIGIN),
        await web.post("/authorize/answer", {"answer": "x"}, Origin=ORIGIN),
    ]


async def test_no_page_is_shown_in_a_frame(web: Web, browser: Browser) -> None:
    for page in await pages(web, browser):
        assert policy(page)["frame-ancestors"] == "'none'"
        assert page.headers["X-Frame-Options"] == "DENY"


async def test_no_page_runs_or_loads_what_others_wrote(web: Web, browser: Browser) -> None:
    for page in await pages(web, browser):
        found = policy(page)
        assert (found["default-src"], found["base-uri"]) == ("'none'", "'none'")
        assert (found["script-src"], found["style-src"]) == ("'self'", "'self'")
        assert found["connect-src"] == "'self'"
        assert found["img-src"] in ("'self'", "data: 'self'")
        assert found["form-action"] in ("'none'", "'self'", "https://app.example.com")
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert page.headers["Referrer-Policy"] in ("no-referrer", "strict-origin")
        assert "inline" not in Form(page).scripts


@pytest.mark.parametrize("dest", ["iframe", "frame"])
async def test_a_frame_gets_an_error_without_a_look_at_who_is_signed_in(
    browser: Browser, dest: str
) -> None:
    for sent in (parameters(), parameters(prompt="none")):
        response = await browser.open(sent, Sec_Fetch_Dest=dest)
        assert query(response.headers["Location"])["error"] == "login_required"


@pytest.mark.parametrize("decision", ["consents", "declines", "chooses"])
async def test_a_thiefs_page_decides_nothing(browser: Browser, decision: str) -> None:
    sealed = await browser.brings(client_id="others", prompt="consent select_account")
    body = {"request": sealed, decision: True}
    for headers in (
        EVIL,
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": ORIGIN + ".evil.example"},
        {"Origin": ORIGIN.upper()},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ):
        assert (await browser.send_step(body, **headers)).status_code == 403, headers


async def test_a_form_of_a_thief_is_no_step(web: Web, browser: Browser) -> None:
    """A form can be sent across sites without a question of the browser, and JSON cannot."""
    sealed = await browser.brings(client_id="others")
    body = f'{{"request":"{sealed}","consents":true,"x":"="}}'.encode()
    jar = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    for media_type in ("text/plain", FORM, "multipart/form-data; boundary=x"):
        headers = {"Cookie": jar, "Content-Type": media_type, "Origin": ORIGIN}
        headers["X-CSRF-Token"] = browser.csrf
        response = await web.send("POST", "/authorize/step", body, **headers)
        assert response.status_code == 415


async def test_the_answer_of_a_thief_is_not_sent_from_our_origin(
    web: Web, browser: Browser
) -> None:
    """Some applications trust whatever comes from our origin."""
    found = await browser.step(await browser.brings(response_mode="form_post"))
    for headers in (
        {},
        EVIL,
        {"Origin": "null"},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"},
    ):
        answer = {"answer": found["answer"]}
        assert (await web.post("/authorize/answer", answer, **headers)).status_code == 403


async def test_a_request_shows_nobody_who_is_signed_in(web: Web, browser: Browser) -> None:
    """`/authorize` reads no cookie, so a thief's page learns nothing by its answer."""
    jar = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    for sent in (parameters(), parameters(prompt="none")):
        response = await browser.open(sent, Cookie=jar)
        assert request_in(response)
        assert "Set-Cookie" not in response.headers


async def test_names_of_strangers_are_shown_as_text(browser: Browser) -> None:
    found = await browser.step(await browser.brings(client_id="others"))
    assert found["client"]["name"] == "Another <application>"  # in JSON, and `textContent` later
    page = await browser.open(parameters(client_id="others", response_type="id_token"))
    assert b"<application>" not in page.get_body()
    script = site_files()["openid/sign_in.js"].decode()
    for dangerous in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert dangerous not in script


async def test_every_answer_says_who_answers(web: Web, browser: Browser) -> None:
    """Mix-up: a client at home at several providers sends the code to the right one (RFC 9207)."""
    locations = [
        (await browser.step(await browser.brings()))["location"],
        (await browser.step(await browser.brings(), declines=True))["location"],
        (await browser.open(parameters(max_age="soon"))).headers["Location"],
        (await browser.open(parameters(), Sec_Fetch_Dest="iframe")).headers["Location"],
    ]
    for location in locations:
        assert query(str(location))["iss"] == ORIGIN
    posted = await browser.step(await browser.brings(response_mode="form_post"))
    page = await web.post("/authorize/answer", {"answer": posted["answer"]}, Origin=ORIGIN)
    assert Form(page).fields["iss"] == ORIGIN
    metadata = body_of(await web.send("GET", "/.well-known/openid-configuration"))
    assert metadata["issuer"] == ORIGIN
    assert metadata["authorization_response_iss_parameter_supported"] is True
