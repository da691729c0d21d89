import pytest

from shared import wiring
from tests.access_broker.approvals.desk import Desk, Someone
from tests.access_broker.certificates.people import CA, SETTINGS, CommandLine
from tests.authenticator import SoftAuthenticator
from tests.blueprints.openid.web import Web
from tests.fixed_keys import fixed
from tests.harness.service_harness import ServiceHarness, new_authenticator


@pytest.fixture
def instance(party: ServiceHarness, monkeypatch: pytest.MonkeyPatch) -> ServiceHarness:
    """An instance that issues certificates."""
    made = party.with_client_ca(fixed([CA])).restarted(**SETTINGS)
    serve(made, monkeypatch)
    return made


def serve(party: ServiceHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests go to this instance."""
    monkeypatch.setattr(wiring, "settings", lambda: party.settings)
    monkeypatch.setattr(wiring, "service", lambda: party.service)
    monkeypatch.setattr(wiring, "CLOCK", party.clock)


@pytest.fixture
def web(instance: ServiceHarness) -> Web:
    return Web()


@pytest.fixture
async def alice(instance: ServiceHarness, web: Web, alices: SoftAuthenticator) -> CommandLine:
    """She is signed in."""
    return await person(instance, web, "alice", alices)


async def person(
    party: ServiceHarness, web: Web, username: str, key: SoftAuthenticator | None = None
) -> CommandLine:
    key = key or new_authenticator()
    await party.register(key, username)
    someone = CommandLine(party, web, key, username)
    await someone.sign_in()
    return someone


@pytest.fixture
def desk(instance: ServiceHarness) -> Desk:
    return Desk(instance, instance.service.profile_directory)  # type: ignore[arg-type]  # it finds


@pytest.fixture
async def bob(desk: Desk) -> Someone:
    return await desk.person("bob")
