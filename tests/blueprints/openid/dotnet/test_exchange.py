"""What Duende and OpenIddict send at a token exchange."""

import pytest

from shared.openid.clients.client import Client
from tests.access_broker.exchange.conftest import entra, instance, tls
from tests.access_broker.exchange.exchanger import ACCESS, SQL, Application
from tests.authenticator import SoftAuthenticator
from tests.blueprints.openid.dotnet.conftest import BY_SECRET, EVERY_GRANT
from tests.blueprints.openid.dotnet.recorded import (
    DUENDE_EXCHANGE,
    IN_BODY,
    OPENIDDICT_EXCHANGE,
)
from tests.blueprints.openid.dotnet.test_duende import EMPTY
from tests.blueprints.openid.web import Browser, Web, body_of
from tests.fakes.entra_tokens import EntraTokens
from tests.harness.service_harness import ServiceHarness
from tests.openid.asking_client import client
from tests.openid_provider.code_flow.provider import Registered

__all__ = ["entra", "instance", "tls"]

CLI = client(id="cli", resources=(ACCESS,), grants=EVERY_GRANT)
OPENIDDICT = client(id="oi", resources=(ACCESS,), grants=EVERY_GRANT, authentication=BY_SECRET)


@pytest.fixture
async def browser(
    instance: ServiceHarness, alices: SoftAuthenticator, monkeypatch: pytest.MonkeyPatch
) -> Browser:
    registered = Registered({each.id: each for each in (CLI, OPENIDDICT)})
    monkeypatch.setattr(instance.service.client_directory, "find", registered.find)
    await instance.register(alices, "alice")
    browser = Browser(Web(), instance, alices)
    await browser.sign_in()
    return browser


async def token_of(browser: Browser, client: Client, **secret: str) -> str:
    application = Application(browser, client)
    await application.get_token(**secret)
    return application.token


@pytest.mark.parametrize("target", ["audience", "resource"])
async def test_duende_sends_basic_with_an_empty_secret(
    target: str, browser: Browser, entra: EntraTokens, instance: ServiceHarness
) -> None:
    name = "reporting"
    if target == "resource":
        name = f"{instance.settings.tokens.issuer}/profiles/{name}"
    form = DUENDE_EXCHANGE | {"subject_token": await token_of(browser, CLI), target: name}
    response = await browser.web.post("/token", form, Authorization=EMPTY)
    body = body_of(response)
    assert response.status_code == 200, body
    assert body.keys() >= {"access_token", "token_type", "expires_in", "issued_token_type"}
    assert entra.verify(body["access_token"], audience=SQL)


async def test_openiddict_sends_its_secret_and_then_asks_for_the_profile(
    browser: Browser, entra: EntraTokens
) -> None:
    """The latter by a token that is not ours, so it has to be switched off (`DisableUserInfo`)."""
    metadata = body_of(await browser.web.send("GET", "/.well-known/openid-configuration"))
    assert OPENIDDICT_EXCHANGE["grant_type"] in metadata["grant_types_supported"]
    token = await token_of(browser, OPENIDDICT, **IN_BODY)
    form = OPENIDDICT_EXCHANGE | IN_BODY | {"subject_token": token, "audience": "reporting"}
    body = body_of(await browser.web.post("/token", form))
    assert entra.verify(body["access_token"], audience=SQL)
    profile = await browser.web.send(
        "GET", "/userinfo", Authorization=f"Bearer {body['access_token']}"
    )
    assert profile.status_code == 401
