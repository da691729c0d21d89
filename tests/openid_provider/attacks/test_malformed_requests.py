"""Parameters that programs on the way read in different ways, or that come back where they harm."""

import logging

import azure.functions as func
import pytest

from tests.blueprints.openid.test_authorizing import Form, query
from tests.blueprints.openid.test_tokens import BASIC, refused
from tests.blueprints.openid.web import Browser, Web, body_of, parameters, redemption
from tests.harness.service_harness import ORIGIN
from tests.openid.asking_client import REDIRECT_URI

HARMFUL = {
    "newlines": "x\r\nSet-Cookie: a=b\r\n\r\n<script>",
    "NUL": "x\x00y",
    "markup": "\"'><script>alert(1)</script><img src=x onerror=alert(1)>",
    "placeholders": "{action}{title}{name}{description}<!-- fields --><!-- way on -->",
    "parameters": "x&code=stolen&iss=https://evil.example#code=stolen",
    "direction": "\u202egnp.exe\u2066\ufeff",
    "long": "x" * 20_000,
    "JSON": '{"id_token":{"acr":{"essential":true,"value":"phr"}},"id_token":{}}',
    "deep JSON": "[" * 4000,
    "surrogate": "%ED%A0%80",
}
NAMES = (
    *("client_id", "redirect_uri", "response_type", "response_mode", "scope", "state", "nonce"),
    *("code_challenge", "code_challenge_method", "prompt", "max_age", "acr_values", "claims"),
    *("login_hint", "id_token_hint", "ui_locales", "resource", "authorization_details"),
    *("dpop_jkt", "request", "request_uri", "unknown"),
)


def assert_safe(response: func.HttpResponse, *, value: str = "<script>") -> None:
    assert response.status_code in (200, 303, 400)
    for header, text in response.headers.items():
        assert not set(text) & {"\r", "\n", "\x00"}, header
    location = response.headers.get("Location", "")
    assert location.startswith(("/sign-in#request=", f"{REDIRECT_URI}?")) or not location
    if location.startswith(REDIRECT_URI):
        assert query(location)["iss"] == ORIGIN
        assert "code" not in query(location)
    page = Form(response)
    assert set(page.scripts) <= {"/assets/openid/form_post.js"}
    assert page.action in ("", REDIRECT_URI)
    assert value.encode() not in response.get_body()


@pytest.mark.parametrize("harm", HARMFUL.values(), ids=HARMFUL)
async def test_no_parameter_breaks_out_or_breaks_the_service(
    web: Web, strangers: Browser, harm: str
) -> None:
    for name in NAMES:
        assert_safe(await strangers.open(parameters(**{name: harm})))
        by_form = {"response_mode": "form_post", name: harm}
        assert_safe(await web.post("/authorize", parameters(**by_form)))


@pytest.mark.parametrize("harm", HARMFUL.values(), ids=HARMFUL)
async def test_no_parameter_of_a_client_breaks_the_service(
    web: Web, browser: Browser, harm: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "touchstone")
    code = await browser.code()
    for path, form in (
        ("/par", parameters()),
        ("/token", redemption("x")),
        ("/token", {"grant_type": "refresh_token", "refresh_token": "x", "client_id": "app"}),
        ("/introspect", {"token": "x", "client_id": "confidential", "client_secret": "x"}),
        ("/revoke", {"token": "x", "client_id": "app"}),
    ):
        for name in (*form, "client_secret", "client_assertion", "client_assertion_type", "scope"):
            response = await web.post(path, form | {name: harm})
            assert response.status_code in (200, 201, 400, 401), (path, name)
            if response.status_code != 201:
                assert harm not in response.get_body().decode(), (path, name)
    assert harm not in caplog.text
    for name in ("code_verifier", "redirect_uri", "resource"):
        assert refused(await web.post("/token", redemption("x") | {name: harm}))[0] == 400
    assert (await web.post("/token", redemption(code))).status_code == 200


async def test_a_parameter_that_is_sent_twice_has_no_meaning(web: Web, strangers: Browser) -> None:
    """RFC 6749 section 3.1: a filter in front may look at one of them, and this service at the
    other."""
    for name in NAMES[:-1]:
        value = parameters().get(name, "x")
        pairs = [*parameters(**{name: None}).items(), (name, value), (name, value + "x")]
        response = await strangers.open(pairs)
        assert_safe(response)
        assert "/sign-in" not in response.headers.get("Location", ""), name
        assert (await web.post("/par", pairs)).status_code == 400, name


async def test_parameters_of_the_address_do_not_mix_with_those_of_the_form(
    web: Web, strangers: Browser
) -> None:
    response = await web.post("/authorize?redirect_uri=https://evil.example/", parameters())
    assert response.headers["Location"].startswith("/sign-in#")
    response = await web.post("/token?code=x&client_id=app", {"grant_type": "authorization_code"})
    assert refused(response) == (401, "invalid_client")
    response = await web.post("/par?client_secret=a-secret", parameters(client_id="confidential"))
    assert refused(response) == (401, "invalid_client")


async def test_a_malformed_header_proves_no_client(web: Web) -> None:
    for header in (
        *("Basic", "Basic =", "Basic Og==", "Basic OmE=", "Basic YQ==", "Basic /w=="),
        *("basic " + "A" * 9000, "Basic YTpi, Basic YTpi", "Basic YTolMDA=", "Basic YSUwYTpi"),
        *("Basic JTgwOmE=", BASIC + "x"),
    ):
        for path, form in (
            ("/par", parameters(client_id=None)),
            ("/token", redemption("x", client_id=None)),
            ("/introspect", {"token": "x"}),
            ("/revoke", {"token": "x"}),
        ):
            response = await web.post(path, form, Authorization=header)
            assert response.status_code in (400, 401), (path, header)


async def test_a_request_of_our_page_with_a_member_twice_is_refused(browser: Browser) -> None:
    sealed = await browser.brings()
    body = f'{{"request": "{sealed}", "consents": false, "consents": true}}'.encode()
    headers = {"Origin": ORIGIN, "Content-Type": "application/json", "X-CSRF-Token": browser.csrf}
    jar = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    response = await browser.web.send("POST", "/authorize/step", body, Cookie=jar, **headers)
    assert response.status_code == 400


async def test_the_state_comes_back_as_it_was(web: Web, browser: Browser) -> None:
    for state in (each[:2048] for each in HARMFUL.values()):
        found = await browser.step(await browser.brings(state=state))
        assert query(found["location"])["state"] == state
        assert found["location"].startswith(f"{REDIRECT_URI}?code=")
        found = await browser.step(await browser.brings(state=state, response_mode="form_post"))
        response = await web.post("/authorize/answer", {"answer": found["answer"]}, Origin=ORIGIN)
        form = Form(response)
        assert (form.action, form.fields["state"]) == (REDIRECT_URI, state)
        assert form.fields.keys() == {"code", "state", "iss"}


async def test_a_client_sends_forms_alone(web: Web) -> None:
    for path in ("/token", "/par", "/revoke"):
        response = await web.send("POST", path, b"{}", Content_Type="application/json")
        assert response.status_code == 415
        assert body_of(response)["title"]
