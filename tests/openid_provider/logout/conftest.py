"""Alice is signed in here and at an application, which wants to know when that ends."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import pytest

from shared.accounts.handles import UserHandle
from shared.composition.sessions import make_session_ending
from shared.openid.clients.client import Client
from shared.relying_party.sessions.ending import SessionEnding
from shared.relying_party.sessions.token_issuer import Tokens
from shared.sessions.logout_notice import LogoutNotice
from tests.authenticator import SoftAuthenticator
from tests.fakes.logout_receiver import LogoutReceiver
from tests.fakes.tls import Tls, make_tls
from tests.harness.service_harness import ORIGIN, ServiceHarness
from tests.openid.asking_client import client
from tests.openid_provider.clients import fetching_from
from tests.openid_provider.code_flow.provider import Provider

HOST = "app.example"


@dataclass
class Visit:
    """What the tests have of a person's visit."""

    provider: Provider
    signed_in: Tokens
    clients: dict[str, Client] = field(default_factory=dict)

    @property
    def party(self) -> ServiceHarness:
        return self.provider.party

    @property
    def ending(self) -> SessionEnding:
        return make_session_ending(self.party.parts)

    @property
    def handle(self) -> UserHandle:
        return self.signed_in.session.sign_in.user_handle

    @property
    def session_id(self) -> bytes:
        return self.signed_in.session.id

    async def use(self, client_id: str = "app", **changes: str | None) -> None:
        """The person signs in to the client."""
        await self.provider.code(self.signed_in, client_id=client_id, **changes)

    async def noted(self) -> list[LogoutNotice]:
        """All notices, due or not."""
        at = self.party.clock.now.replace(year=2100)
        due = await self.party.stores.logout_notices.due(at, limit=100)
        return [each.notice for each in due.notices]

    async def noted_clients(self) -> list[str]:
        return sorted(each.client_id for each in await self.noted())


@pytest.fixture(scope="session")
def app_tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    return make_tls(tmp_path_factory.mktemp("app"), HOST)


@pytest.fixture
async def receiver(app_tls: Tls, party: ServiceHarness) -> AsyncIterator[LogoutReceiver]:
    keys = [*await party.keys.published_keys()]
    async with LogoutReceiver(
        tls=app_tls,
        issuer=ORIGIN,
        client_id="app",
        keys=lambda: keys,
        now=lambda: party.clock().timestamp(),
    ) as receiver:
        yield receiver


@pytest.fixture
async def visit(party: ServiceHarness, alices: SoftAuthenticator) -> Visit:
    await party.register(alices, "alice")
    signed_in = (await party.sign_in(alices)).tokens
    clients = [client(), client(id="mail", sector="mail.example"), client(id="others")]
    return Visit(Provider(party, *clients), signed_in)


type Restart = Callable[[], ServiceHarness]


@pytest.fixture
def telling(visit: Visit, receiver: LogoutReceiver, monkeypatch: pytest.MonkeyPatch) -> Restart:
    """Another process, which knows where the clients are told and may send requests there."""
    told = client(backchannel_logout_uri=receiver.address(HOST))
    visit.provider.registered.clients["app"] = told

    def start() -> ServiceHarness:
        party = visit.party.with_fetching(lambda: fetching_from(receiver.tls))

        async def find(client_id: str) -> Client | None:
            return visit.provider.registered.clients.get(client_id)

        monkeypatch.setattr(party.service.registered_clients, "find", find)
        return party

    return start
