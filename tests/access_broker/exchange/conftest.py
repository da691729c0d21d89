from collections.abc import AsyncIterator

import pytest

from shared import wiring
from shared.keys.signing_key import SigningKey
from tests.access_broker.exchange.exchanger import (
    AGENT,
    APP,
    IDENTITY,
    NO_EXCHANGE,
    OTHER_APP,
    SETTINGS,
    SUBJECTS,
    Application,
    Exchanger,
    entra_of,
)
from tests.authenticator import SoftAuthenticator
from tests.blueprints.openid.web import Browser, Web
from tests.entra.asking import issuer_documents
from tests.fakes.entra_tokens import EntraTokens
from tests.fakes.tls import Tls, make_tls
from tests.harness.service_harness import ORIGIN, Clock, ServiceHarness
from tests.openid_provider.clients import fetching_from
from tests.openid_provider.code_flow.provider import Registered


@pytest.fixture(scope="session")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    return make_tls(tmp_path_factory.mktemp("tls"))


@pytest.fixture
async def entra(tls: Tls, clock: Clock, signing_key: SigningKey) -> AsyncIterator[EntraTokens]:
    """It trusts the identity of all profiles but one, and knows no person yet."""
    fetch = issuer_documents(signing_key)
    async with EntraTokens(tls=tls, now=clock, fetch=fetch) as entra:
        entra.trust(IDENTITY, *SUBJECTS, issuer=ORIGIN, agents=frozenset({AGENT}))
        yield entra


@pytest.fixture
def instance(
    party: ServiceHarness, entra: EntraTokens, tls: Tls, monkeypatch: pytest.MonkeyPatch
) -> ServiceHarness:
    """An instance with profiles."""
    fetching = party.with_fetching(lambda: fetching_from(tls))
    made = fetching.restarted(ENTRA_LOGIN=entra.authority, **SETTINGS)
    serve(made, monkeypatch)
    return made


def serve(party: ServiceHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests go to this instance."""
    registered = Registered({each.id: each for each in (APP, OTHER_APP, NO_EXCHANGE)})
    monkeypatch.setattr(wiring, "settings", lambda: party.settings)
    monkeypatch.setattr(wiring, "service", lambda: party.service)
    monkeypatch.setattr(party.service.client_directory, "find", registered.find)


@pytest.fixture
def waits(instance: ServiceHarness, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Before each further question to Entra. Nobody waits here."""
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr(entra_of(instance), "_sleep", sleep)
    return waits


@pytest.fixture
async def alice(
    instance: ServiceHarness, entra: EntraTokens, alices: SoftAuthenticator
) -> Exchanger:
    """She is signed in."""
    await instance.register(alices, "alice")
    exchanger = Exchanger(instance, Web(), entra, alices)
    await exchanger.sign_in()
    return exchanger


@pytest.fixture
async def application(alice: Exchanger) -> Application:
    """It has a token of Alice."""
    browser = Browser(alice.web, alice.party, alice.authenticator)
    await browser.sign_in()
    application = Application(browser)
    await application.get_token()
    return application
