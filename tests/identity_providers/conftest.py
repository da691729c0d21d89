from collections.abc import AsyncIterator

import pytest

from shared.fetching.discovery import KeyCache
from shared.fetching.https import Https
from shared.identity_providers.graph.directory import GraphGroups
from shared.identity_providers.provider import GraphSettings
from shared.identity_providers.provider_registry import Providers
from tests.fakes.graph import Graph
from tests.fakes.identity_provider import IdentityProvider, Signer
from tests.fakes.tls import Tls, make_tls
from tests.identity_providers.asking_graph import PRINCIPAL, ManagedIdentity, make_groups
from tests.identity_providers.claims import OID, TENANT
from tests.identity_providers.clock import Clock
from tests.identity_providers.settings import ADMINS, GRAPH, Entry, entra, okta, read, read_all
from tests.identity_providers.trusting import Trust


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    return make_tls(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def https(tls: Tls) -> Https:
    return Https(tls=tls.client_context())


@pytest.fixture
async def entra_server(tls: Tls) -> AsyncIterator[IdentityProvider]:
    """Entra, version 2, with a discovery document for several tenants."""
    async with IdentityProvider(
        tls=tls, path="/{tenantid}/v2.0", signers=[Signer("entra")]
    ) as server:
        yield server


@pytest.fixture
async def okta_server(tls: Tls) -> AsyncIterator[IdentityProvider]:
    async with IdentityProvider(tls=tls, path="/oauth2/default") as server:
        yield server


@pytest.fixture
def key_cache(okta_server: IdentityProvider, https: Https, clock: Clock) -> KeyCache:
    return KeyCache(read(okta(okta_server.issuer)), https=https, clock=clock)


@pytest.fixture
async def graph(tls: Tls) -> AsyncIterator[Graph]:
    """Knows one person, who is in the group of administrators."""
    graph = Graph(tls=tls, client_id=GRAPH["clientId"], principal=PRINCIPAL, home=TENANT)
    graph.members[TENANT, "users", OID] = {ADMINS}
    async with graph:
        yield graph


@pytest.fixture
def graph_settings(graph: Graph) -> GraphSettings:
    found = read(entra(graph=graph.settings)).graph
    assert found is not None
    return found


@pytest.fixture
def identity() -> ManagedIdentity:
    return ManagedIdentity()


@pytest.fixture
def groups(
    graph_settings: GraphSettings, https: Https, identity: ManagedIdentity, clock: Clock
) -> GraphGroups:
    return make_groups(graph_settings, https, identity, clock)


@pytest.fixture
def trust(https: Https, identity: ManagedIdentity, clock: Clock) -> Trust:
    def trust(*entries: Entry) -> Providers:
        return Providers(read_all(*entries), https=https, sign_in=lambda: identity, clock=clock)

    return trust
