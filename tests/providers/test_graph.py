import asyncio
import dataclasses
from collections.abc import AsyncIterator

import pytest

from shared.errors import ProviderUnavailable
from shared.providers.graph import GraphGroups
from shared.providers.graph_token import EXCHANGE_SCOPE, Assertion, GraphTokens, managed_identity
from shared.providers.https import Https
from shared.providers.identity import DirectoryObject
from shared.providers.provider import GraphSettings
from tests.fakes.graph import Graph, managed_identity_token
from tests.fakes.identity_endpoint import CLIENT_ID, IdentityEndpoint
from tests.fakes.tls import Tls
from tests.providers.claims import FOREIGN_TENANT, OID, OTHER_TENANT, TENANT
from tests.providers.conftest import Clock
from tests.providers.settings import ADMINS, AUDITORS, GRAPH, entra, read

PRINCIPAL = "77777777-7777-4777-8777-777777777777"
ADA = DirectoryObject(tenant=TENANT, object_id=OID, is_application=False)
OUTER = "cccccccc-cccc-4ccc-8ccc-cccccccccccc"


@dataclasses.dataclass
class ManagedIdentity:
    """Counts how often it is asked for a token, and may give a bad one."""

    instead: dict[str, object] = dataclasses.field(default_factory=dict)
    principal: str = PRINCIPAL
    asked: int = 0

    def __call__(self) -> str:
        self.asked += 1
        return managed_identity_token(self.principal, tenant=TENANT, **self.instead)


@pytest.fixture
def identity() -> ManagedIdentity:
    return ManagedIdentity()


@pytest.fixture
async def graph(tls: Tls) -> AsyncIterator[Graph]:
    graph = Graph(tls=tls, client_id=GRAPH["clientId"], principal=PRINCIPAL, home=TENANT)
    graph.members[TENANT, "users", OID] = {ADMINS}
    async with graph:
        yield graph


@pytest.fixture
def settings(graph: Graph) -> GraphSettings:
    found = read(entra(graph=graph.settings)).graph
    assert found is not None
    return found


@pytest.fixture
def groups(
    settings: GraphSettings, https: Https, identity: ManagedIdentity, clock: Clock
) -> GraphGroups:
    return make_groups(settings, https, identity, clock)


def make_groups(
    settings: GraphSettings,
    https: Https,
    assertion: Assertion,
    clock: Clock,
    *,
    asked_for: frozenset[str] = frozenset({ADMINS, AUDITORS}),
) -> GraphGroups:
    tokens = GraphTokens(settings, https=https, assertion=assertion)
    return GraphGroups(settings, groups=asked_for, https=https, tokens=tokens, clock=clock)


async def test_finds_the_groups_of_a_person(groups: GraphGroups, graph: Graph) -> None:
    graph.members[TENANT, "users", OID] |= {f"other-{number}" for number in range(5000)}
    assert await groups.memberships(ADA) == {ADMINS}


async def test_finds_groups_through_other_groups(groups: GraphGroups, graph: Graph) -> None:
    graph.members[TENANT, "users", OID] = {OUTER}
    graph.parents = {OUTER: {AUDITORS}, AUDITORS: {ADMINS}, ADMINS: {OUTER}}
    assert await groups.memberships(ADA) == {ADMINS, AUDITORS}


async def test_finds_the_groups_of_an_application(groups: GraphGroups, graph: Graph) -> None:
    graph.members[TENANT, "servicePrincipals", OID] = {AUDITORS}
    application = dataclasses.replace(ADA, is_application=True)
    assert await groups.memberships(application) == {AUDITORS}


async def test_asks_in_the_tenant_of_the_person(groups: GraphGroups, graph: Graph) -> None:
    graph.members[OTHER_TENANT, "users", OID] = {AUDITORS}
    elsewhere = dataclasses.replace(ADA, tenant=OTHER_TENANT)
    assert await groups.memberships(elsewhere) == {AUDITORS}
    assert await groups.memberships(ADA) == {ADMINS}
    assert graph.logins == 2


@pytest.mark.parametrize(("number", "requests"), [(20, 1), (21, 2), (45, 3)])
async def test_asks_about_twenty_groups_at_a_time(
    number: int,
    requests: int,
    settings: GraphSettings,
    https: Https,
    graph: Graph,
    identity: ManagedIdentity,
    clock: Clock,
) -> None:
    mapped = {f"dddddddd-dddd-4ddd-8ddd-{index:012}" for index in range(number)}
    graph.members[TENANT, "users", OID] = mapped
    groups = make_groups(settings, https, identity, clock, asked_for=frozenset(mapped))
    assert await groups.memberships(ADA) == mapped
    assert len(graph.questions) == requests


async def test_keeps_an_answer_for_five_minutes(
    groups: GraphGroups, graph: Graph, identity: ManagedIdentity, clock: Clock
) -> None:
    await groups.memberships(ADA)
    graph.members[TENANT, "users", OID] = set()
    clock.advance(minutes=4, seconds=59)
    assert await groups.memberships(ADA) == {ADMINS}
    clock.advance(seconds=1)
    assert await groups.memberships(ADA) == set()
    assert (len(graph.questions), graph.logins, identity.asked) == (2, 1, 1)


async def test_many_at_once_ask_once(groups: GraphGroups, graph: Graph) -> None:
    answers = await asyncio.gather(*(groups.memberships(ADA) for _ in range(20)))
    assert answers == [{ADMINS}] * 20
    assert len(graph.questions) == 1


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 503])
async def test_is_undecided_while_graph_refuses(
    status: int, groups: GraphGroups, graph: Graph
) -> None:
    graph.graph_status = status
    with pytest.raises(ProviderUnavailable):
        await groups.memberships(ADA)
    graph.graph_status = 200
    assert await groups.memberships(ADA) == {ADMINS}


@pytest.mark.parametrize(
    "answer",
    [[], {}, {"value": None}, {"value": ADMINS}, {"value": [OUTER]}, {"value": [[ADMINS]]}],
)
async def test_is_undecided_after_an_odd_answer(
    answer: object, groups: GraphGroups, graph: Graph
) -> None:
    graph.graph_answer = answer
    with pytest.raises(ProviderUnavailable):
        await groups.memberships(ADA)


async def test_keeps_what_it_knows_no_longer_when_graph_is_down(
    groups: GraphGroups, graph: Graph, clock: Clock
) -> None:
    await groups.memberships(ADA)
    graph.graph_status = 503
    clock.advance(minutes=5)
    with pytest.raises(ProviderUnavailable):
        await groups.memberships(ADA)


@pytest.mark.parametrize("status", [404, 429, 500, 503])
async def test_is_undecided_while_the_login_is_down(
    status: int, groups: GraphGroups, graph: Graph
) -> None:
    graph.login_status = status
    with pytest.raises(ProviderUnavailable):
        await groups.memberships(ADA)
    assert graph.questions == []


@pytest.mark.parametrize(
    ("instead", "principal"),
    [
        ({"aud": "https://graph.microsoft.com"}, PRINCIPAL),
        ({"exp": 1}, PRINCIPAL),
        ({"iss": f"https://login.microsoftonline.com/{FOREIGN_TENANT}/v2.0"}, PRINCIPAL),
        ({}, OID),
    ],
)
async def test_is_undecided_without_the_right_credential(
    instead: dict[str, object],
    principal: str,
    groups: GraphGroups,
    graph: Graph,
    identity: ManagedIdentity,
) -> None:
    identity.instead, identity.principal = instead, principal
    with pytest.raises(ProviderUnavailable):
        await groups.memberships(ADA)
    assert graph.questions == []


async def test_is_undecided_as_an_unknown_application(
    settings: GraphSettings, https: Https, identity: ManagedIdentity, clock: Clock
) -> None:
    unknown = dataclasses.replace(settings, client_id=OID)
    with pytest.raises(ProviderUnavailable):
        await make_groups(unknown, https, identity, clock).memberships(ADA)


@pytest.mark.parametrize("missing", [0, 1])
async def test_is_undecided_without_the_permissions(
    missing: int, groups: GraphGroups, graph: Graph
) -> None:
    graph.permissions = (graph.permissions[missing],)
    with pytest.raises(ProviderUnavailable):
        await groups.memberships(ADA)


async def test_is_undecided_where_nobody_listens(
    settings: GraphSettings, identity: ManagedIdentity, tls: Tls, clock: Clock
) -> None:
    nowhere = dataclasses.replace(settings, authority="https://127.0.0.1:1")
    https = Https(tls=tls.client_context())
    with pytest.raises(ProviderUnavailable):
        await make_groups(nowhere, https, identity, clock).memberships(ADA)


async def test_the_credential_is_the_managed_identitys_token_for_the_exchange(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with IdentityEndpoint(EXCHANGE_SCOPE.removesuffix("/.default")) as endpoint:
        for name, value in endpoint.environment.items():
            monkeypatch.setenv(name, value)
        assertion = managed_identity(CLIENT_ID)
        token = await asyncio.to_thread(assertion)
        assert token.count(".") == 2
        assert await asyncio.to_thread(assertion) == token
        assert endpoint.statuses == [200]


async def test_is_undecided_without_the_managed_identity(
    monkeypatch: pytest.MonkeyPatch, settings: GraphSettings, https: Https, clock: Clock
) -> None:
    async with IdentityEndpoint("https://another.example") as endpoint:
        for name, value in endpoint.environment.items():
            monkeypatch.setenv(name, value)
        groups = make_groups(settings, https, managed_identity(CLIENT_ID), clock)
        with pytest.raises(ProviderUnavailable):
            await groups.memberships(ADA)
