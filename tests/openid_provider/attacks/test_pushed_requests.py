"""A thief has the address of a pushed request, or pushes one in the name of a client. RFC 9126
section 7."""

import asyncio
from typing import Any

import jwt
import pytest

from shared.errors import RedirectUnverified
from shared.openid_provider.authorization.pushed_requests import PREFIX
from shared.relying_party.sessions.token_issuer import Tokens
from tests.blueprints.openid.test_tokens import BASIC, refused
from tests.blueprints.openid.web import Browser, Web, body_of, parameters, request_in
from tests.harness.service_harness import ServiceHarness
from tests.openid.asking_client import CLIENT
from tests.openid_provider.code_flow.provider import Provider
from tests.openid_provider.code_flow.provider import parameters as sent
from tests.sessions.issuing import our_key


async def pushed(web: Web, **changes: str | None) -> str:
    return str(body_of(await web.post("/par", parameters(**changes)))["request_uri"])


async def test_another_client_can_neither_use_it_nor_use_it_up(web: Web, browser: Browser) -> None:
    uri = await pushed(web)
    for client_id in ("others", "confidential", "nobody"):
        response = await browser.open({"client_id": client_id, "request_uri": uri})
        assert response.status_code == 400
        assert "Location" not in response.headers
    assert request_in(await browser.open({"client_id": "app", "request_uri": uri}))


async def test_a_race_for_a_pushed_request_has_one_winner(
    party: ServiceHarness, signed_in: Tokens
) -> None:
    del signed_in
    provider = Provider(party)
    uri = await provider.pushed.push(sent(), CLIENT, thumbprint=None, address=None)
    bring = sent(request_uri=uri)
    found = await asyncio.gather(
        *(provider.authorizing.begin(bring, in_frame=False, address=None) for _ in range(5)),
        return_exceptions=True,
    )
    assert sum(not isinstance(each, RedirectUnverified) for each in found) == 1


async def test_what_the_browser_adds_changes_nothing(web: Web, browser: Browser) -> None:
    uri = await pushed(web, state="pushed", scope="openid", prompt="login")
    evil = parameters(
        redirect_uri="https://evil.example/",
        state="evil",
        scope="openid offline_access",
        prompt="none",
        response_mode="form_post",
        code_challenge="e" * 43,
    )
    sealed = request_in(await browser.open(evil | {"request_uri": uri}))
    found = await browser.step(sealed)
    assert (found["step"], found["scope"]) == ("new-gesture", ["openid"])
    assert found["client"]["leadsTo"] == "app.example.com"


async def test_nobody_pushes_in_the_name_of_a_client_that_can_prove_itself(web: Web) -> None:
    for form, headers in (
        (parameters(client_id="confidential"), {}),
        (parameters(client_id="confidential") | {"client_secret": ""}, {}),
        (parameters(client_id="app"), {"Authorization": BASIC}),
    ):
        response = await web.post("/par", form, **headers)
        assert response.status_code in (400, 401)


@pytest.mark.parametrize(
    "uri",
    [
        *("https://evil.example/request.jwt", "http://169.254.169.254/", "file:///etc/passwd"),
        *("URN:IETF:PARAMS:OAUTH:REQUEST_URI:x", "urn:ietf:params:oauth:request_uri", PREFIX),
        *(PREFIX + "x", PREFIX + "A" * 200, PREFIX + "A" * 20_000, PREFIX + "\x00"),
    ],
)
async def test_no_other_request_is_fetched_or_used(web: Web, strangers: Browser, uri: str) -> None:
    """RFC 9101 lets a client name an address that the service fetches."""
    response = await strangers.open(parameters(request_uri=uri))
    assert "/sign-in" not in response.headers.get("Location", "")
    assert response.status_code in (303, 400)
    response = await web.post("/par", parameters(request_uri=uri))
    assert refused(response) == (400, "request_uri_not_supported") or len(uri) > 2048


@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS256"])
async def test_a_request_object_is_not_read(web: Web, strangers: Browser, algorithm: str) -> None:
    """An unsigned one would change what the query says."""
    keys: dict[str, Any] = {"none": "", "HS256": "s" * 32, "RS256": our_key().private_key}
    claims = {"redirect_uri": "https://evil.example/", "client_id": "app"}
    text = jwt.encode(claims, keys[algorithm], algorithm=algorithm)
    response = await strangers.open(parameters(request=text))
    assert b"request is not supported" in response.get_body()
    assert b"evil.example" not in response.get_body()
    assert refused(await web.post("/par", parameters(request=text))) == (
        400,
        "request_not_supported",
    )
