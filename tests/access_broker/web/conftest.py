import pytest

from shared import wiring
from tests.access_broker.web.protected import SETTINGS, Guest, Proxy
from tests.authenticator import SoftAuthenticator
from tests.blueprints.openid.web import Browser, Web
from tests.harness.service_harness import ServiceHarness


@pytest.fixture
def instance(party: ServiceHarness, monkeypatch: pytest.MonkeyPatch) -> ServiceHarness:
    """An instance that protects sites."""
    made = party.restarted(**SETTINGS)
    monkeypatch.setattr(wiring, "settings", lambda: made.settings)
    monkeypatch.setattr(wiring, "service", lambda: made.service)
    return made


@pytest.fixture
def proxy(instance: ServiceHarness) -> Proxy:
    return Proxy(Web())


@pytest.fixture
async def alice(instance: ServiceHarness, proxy: Proxy, alices: SoftAuthenticator) -> Guest:
    """She is signed in at our own pages, and at no site."""
    await instance.register(alices, "alice")
    browser = Browser(proxy.web, instance, alices)
    await browser.sign_in()
    return Guest(browser, proxy)


@pytest.fixture
async def visitor(alice: Guest) -> Guest:
    """Alice, signed in at the wiki."""
    await alice.enter()
    return alice
