"""ASP.NET Core, Microsoft.Identity.Web: what their handler sends, and what it demands."""

from typing import Any
from urllib.parse import quote, urlencode

import pytest

from tests.blueprints.openid.dotnet.application import Application
from tests.blueprints.openid.dotnet.recorded import (
    ASPNET_CODE,
    ASPNET_DEFAULT,
    ASPNET_STEP_UP,
    ASPNET_TOKEN,
    ASSERTION_TYPE,
    IDENTITY_WEB,
    IN_BODY,
    NONCE,
    SKU,
    STATE,
    WEB,
)
from tests.blueprints.openid.test_authorizing import Form, policy
from tests.blueprints.openid.web import body_of, request_in
from tests.harness.service_harness import ORIGIN, ServiceHarness
from tests.openid_provider.clients import SIGNER

LINE = 'options.ResponseType = "code"'


async def test_the_bare_defaults_are_refused_with_the_line_to_change(
    strangers_application: Application,
) -> None:
    """`error_description` is all that reaches the developer's log."""
    pushed = ASPNET_DEFAULT | IN_BODY
    response = await strangers_application.post("pushed_authorization_request_endpoint", pushed)
    refused = body_of(response)
    assert (response.status_code, refused["error"]) == (400, "unsupported_response_type")
    assert LINE in refused["error_description"]


async def test_without_a_push_our_page_says_so_before_the_application_does(
    strangers_application: Application,
) -> None:
    """The application itself then shows an empty page with the status 500."""
    page = await strangers_application.browser.open(ASPNET_DEFAULT | SKU)
    assert page.status_code == 400
    assert LINE.replace('"', "&quot;") in page.get_body().decode()
    form = Form(page)
    assert (form.action, form.fields["state"]) == (WEB, STATE)
    assert LINE in form.fields["error_description"]
    assert policy(page)["form-action"] == "https://app.example.test:7001"
    assert form.scripts == []


@pytest.mark.parametrize("asked", [ASPNET_CODE, IDENTITY_WEB], ids=["ASP.NET", "Identity.Web"])
@pytest.mark.parametrize("pushes", [True, False])
async def test_a_person_signs_in(
    application: Application, asked: dict[str, str], pushes: bool
) -> None:
    brought = await application.push(asked | IN_BODY) if pushes else asked | SKU
    action, answer = await application.answer(brought)
    assert (action, answer["state"], answer["iss"]) == (WEB, STATE, ORIGIN)
    tokens = await application.tokens(ASPNET_TOKEN | IN_BODY | {"code": answer["code"]})
    claims = await application.verify(tokens, client_id="web", nonce=NONCE)
    assert claims["name"] == "alice"


async def test_a_blank_may_be_written_in_two_ways(application: Application) -> None:
    """The handler writes %20 in an address, and + in a form."""
    query = urlencode(ASPNET_CODE | SKU, quote_via=quote)
    assert "scope=openid%20profile" in query
    response = await application.web.send("GET", f"/authorize?{query}")
    found = await application.browser.step(request_in(response))
    assert found["step"] == "answer"


@pytest.mark.parametrize("max_age", ["300", "0"])
async def test_a_step_up_proves_itself_and_its_profile_is_read(
    strangers_application: Application, party: ServiceHarness, max_age: str
) -> None:
    """The handler compares neither `acr` nor `auth_time`: the application has to, and can."""
    application = strangers_application
    await party.register(application.browser.key, "alice")
    brought = await application.push(ASPNET_STEP_UP | IN_BODY | {"max_age": max_age})
    _, answer = await application.answer(brought, signs_in=True)
    tokens = await application.tokens(ASPNET_TOKEN | IN_BODY | {"code": answer["code"]})
    claims = await application.verify(tokens, client_id="web", nonce=NONCE)
    assert claims["acr"] == "phr"
    assert claims["auth_time"] == int(party.clock.now.timestamp())
    profile = await application.web.send(
        "GET", "/userinfo", Authorization=f"Bearer {tokens['access_token']}"
    )
    assert body_of(profile)["sub"] == claims["sub"]


@pytest.mark.parametrize("audience", ["", "/token", "/par"])
@pytest.mark.parametrize(
    ("typ", "lives_for", "more"),
    [("JWT", 60, ("nbf",)), ("client-authentication+jwt", 300, ())],
    ids=["ASP.NET Core", "OpenIddict"],
)
async def test_an_assertion_stands_for_the_secret_at_both_endpoints(
    application: Application,
    party: ServiceHarness,
    audience: str,
    typ: str,
    lives_for: int,
    more: tuple[str, ...],
) -> None:
    def asserted(number: int, audience: str) -> dict[str, str]:
        now = int(party.clock.now.timestamp())
        claims: dict[str, Any] = {"iss": "keys", "sub": "keys", "aud": ORIGIN + audience}
        claims |= {"jti": str(number), "iat": now, "exp": now + lives_for}
        claims |= dict.fromkeys(more, now)
        signed = SIGNER.sign(claims, header={"typ": typ})
        return ASSERTION_TYPE | {"client_assertion": signed, "client_id": "keys"}

    brought = await application.push(ASPNET_CODE | asserted(1, audience))
    _, answer = await application.answer(brought)
    # Each endpoint takes its own name, the token endpoint's and the issuer's.
    own = audience if audience != "/par" else "/token"
    form = ASPNET_TOKEN | asserted(2, own) | {"code": answer["code"]}
    assert await application.tokens(form)
