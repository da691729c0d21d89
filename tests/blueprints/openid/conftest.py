import pytest

from shared import wiring
from tests.authenticator import SoftAuthenticator
from tests.blueprints.openid.web import Browser, Web
from tests.harness.service_harness import ServiceHarness
from tests.openid.asking_client import CLIENT, client
from tests.openid_provider.clients import WITH_SECRET
from tests.openid_provider.code_flow.provider import Registered

OTHERS = client(id="others", first_party=False, name="Another <application>")
CONFIDENTIAL = client(id="confidential", authentication=WITH_SECRET.authentication)
SEVERAL = client(
    id="several",
    resources=tuple(f"https://{each}.example.com" for each in ("orders", "bills", "stores")),
)


@pytest.fixture
def registered() -> Registered:
    return Registered({each.id: each for each in (CLIENT, OTHERS, CONFIDENTIAL, SEVERAL)})


@pytest.fixture
def web(party: ServiceHarness, registered: Registered, monkeypatch: pytest.MonkeyPatch) -> Web:
    monkeypatch.setattr(wiring, "settings", lambda: party.settings)
    monkeypatch.setattr(wiring, "service", lambda: party.service)
    monkeypatch.setattr(party.service.client_directory, "find", registered.find)
    return Web()


@pytest.fixture
async def browser(web: Web, party: ServiceHarness, alices: SoftAuthenticator) -> Browser:
    """Alice's. She is signed in."""
    await party.register(alices, "alice")
    browser = Browser(web, party, alices)
    await browser.sign_in()
    return browser


@pytest.fixture
def strangers(web: Web, party: ServiceHarness, alices: SoftAuthenticator) -> Browser:
    return Browser(web, party, alices)
