"""OpenIddict.Client, the strictest: it refuses what is advertised and not done, and the reverse."""

import base64
from urllib.parse import parse_qsl, quote, urlsplit

import pytest

from tests.blueprints.openid.dotnet.application import Application
from tests.blueprints.openid.dotnet.recorded import (
    IN_BODY,
    OPENIDDICT,
    OPENIDDICT_CODE,
    OPENIDDICT_STATE,
    OPENIDDICT_TOKEN,
    SECRET,
)
from tests.blueprints.openid.web import body_of
from tests.harness.service_harness import ORIGIN

FORM_ENCODED = f"Basic {base64.b64encode(f'oi:{quote(SECRET, safe="")}'.encode()).decode()}"


@pytest.mark.parametrize("where", ["body", "header"])
async def test_a_person_signs_in(application: Application, where: str) -> None:
    form = IN_BODY if where == "body" else {}
    headers = {} if where == "body" else {"Authorization": FORM_ENCODED}
    brought = await application.push(OPENIDDICT_CODE | form, **headers)
    address, answer = await application.answer(brought)
    assert address == OPENIDDICT
    assert (answer["iss"], answer["state"]) == (ORIGIN, OPENIDDICT_STATE)
    tokens = await application.tokens(OPENIDDICT_TOKEN | form | {"code": answer["code"]}, **headers)
    claims = await application.verify(tokens, client_id="oi", nonce=OPENIDDICT_CODE["nonce"])
    profile = await application.web.send(
        "GET", "/userinfo", Authorization=f"Bearer {tokens['access_token']}"
    )
    assert body_of(profile)["sub"] == claims["sub"]


async def test_its_request_fits_into_an_address_too(application: Application) -> None:
    """For a provider that does not advertise pushes, it would come so."""
    _, answer = await application.answer(OPENIDDICT_CODE)
    assert answer["state"] == OPENIDDICT_STATE


async def test_errors_say_who_answers_too(application: Application) -> None:
    document = await application.metadata()
    assert document["authorization_response_iss_parameter_supported"] is True
    response = await application.browser.open(OPENIDDICT_CODE | {"max_age": "soon"})
    answer = dict(parse_qsl(urlsplit(response.headers["Location"]).query))
    assert (answer["error"], answer["iss"]) == ("invalid_request", ORIGIN)
    assert answer["state"] == OPENIDDICT_STATE
    brought = await application.push(OPENIDDICT_CODE | IN_BODY | {"prompt": "none"})
    application.browser.cookies = {}
    _, answer = await application.answer(brought)
    assert (answer["error"], answer["iss"]) == ("login_required", ORIGIN)


async def test_each_grant_and_method_that_it_uses_is_advertised(application: Application) -> None:
    document = await application.metadata()
    assert set(document["grant_types_supported"]) >= {
        "authorization_code",
        "refresh_token",
        "urn:ietf:params:oauth:grant-type:device_code",
    }
    assert document["response_types_supported"] == ["code"]
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert "client_secret_post" in document["token_endpoint_auth_methods_supported"]
