"""Without a complete answer from Graph the roles are undecided."""

import dataclasses

import pytest

from shared.azure.credential import sign_in
from shared.errors import ProviderUnavailable
from shared.fetching.https import Https
from shared.identity_providers.graph.application_token import EXCHANGE_SCOPE
from shared.identity_providers.graph.directory import GraphGroups
from shared.identity_providers.provider import GraphSettings
from tests.fakes.graph import Graph
from tests.fakes.identity_endpoint import CLIENT_ID, IdentityEndpoint
from tests.fakes.tls import Tls
from tests.identity_providers.asking_graph import ADA, PRINCIPAL, ManagedIdentity, make_groups
from tests.identity_providers.claims import FOREIGN_TENANT, OID
from tests.identity_providers.clock import Clock
from tests.identity_providers.settings import ADMINS


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
    [
        [],
        {},
        {"value": None},
        {"value": ADMINS},
        {"value": [FOREIGN_TENANT]},
        {"value": [[ADMINS]]},
    ],
)
async def test_is_undecided_after_a_malformed_answer(
    answer: object, groups: GraphGroups, graph: Graph
) -> None:
    graph.graph_answer = answer
    with pytest.raises(ProviderUnavailable):
        await groups.memberships(ADA)


async def test_a_cached_answer_is_not_kept_longer_while_graph_is_down(
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


NO_ANSWERS = [
    *(b"", b"null", b"[]", b"{}", b"7", b'"access_token"', b'{"access_token":"ey', b"\xff\xfe{"),
    *(b"<html>Sign in to go on</html>", b"[" * 100_000, b'{"access_token":null}'),
    *(b'{"access_token":"eyJ","expires_in":"soon"}', b'{"access_token":[1],"expires_in":3600}'),
    *(b'{"access_token":"eyJ","expires_in":true}', b'{"access_token":"","expires_in":3600}'),
    *(b'{"access_token":"eyJ"}', b'{"access_token":"eyJ"', b'{"error":"no","access_token":"eyJ"}'),
]
"""Cut, or of somebody else."""


@pytest.mark.parametrize("answer", NO_ANSWERS, ids=range(len(NO_ANSWERS)))
async def test_is_undecided_after_a_malformed_login_answer(
    answer: bytes, groups: GraphGroups, graph: Graph, caplog: pytest.LogCaptureFixture
) -> None:
    graph.login_answer = answer
    with pytest.raises(ProviderUnavailable):
        await groups.memberships(ADA)
    assert "no token for Graph" in caplog.text
    assert "eyJ" not in caplog.text
    graph.login_answer = None
    assert await groups.memberships(ADA) == {ADMINS}


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
    graph_settings: GraphSettings, https: Https, identity: ManagedIdentity, clock: Clock
) -> None:
    unknown = dataclasses.replace(graph_settings, client_id=OID)
    with pytest.raises(ProviderUnavailable):
        await make_groups(unknown, https, identity, clock).memberships(ADA)


@pytest.mark.parametrize("missing", [0, 1])
async def test_is_undecided_without_the_permissions(
    missing: int, groups: GraphGroups, graph: Graph
) -> None:
    graph.permissions = (graph.permissions[missing],)
    with pytest.raises(ProviderUnavailable):
        await groups.memberships(ADA)


async def test_is_undecided_without_a_connection(
    graph_settings: GraphSettings, identity: ManagedIdentity, tls: Tls, clock: Clock
) -> None:
    nowhere = dataclasses.replace(graph_settings, authority="https://127.0.0.1:1")
    https = Https(tls=tls.client_context())
    with pytest.raises(ProviderUnavailable):
        await make_groups(nowhere, https, identity, clock).memberships(ADA)


async def test_the_credential_is_the_managed_identitys_token_for_the_exchange(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with IdentityEndpoint(EXCHANGE_SCOPE.removesuffix("/.default")) as endpoint:
        for name, value in endpoint.environment.items():
            monkeypatch.setenv(name, value)
        async with sign_in(client_id=CLIENT_ID) as credential:
            first, second = [await credential.get_token(EXCHANGE_SCOPE) for _ in range(2)]
        assert first.token.count(".") == 2
        assert first.token == second.token
        assert endpoint.statuses == [200]


async def test_is_undecided_without_the_managed_identity(
    monkeypatch: pytest.MonkeyPatch, graph_settings: GraphSettings, https: Https, clock: Clock
) -> None:
    async with IdentityEndpoint("https://another.example") as endpoint:
        for name, value in endpoint.environment.items():
            monkeypatch.setenv(name, value)
        async with sign_in(client_id=CLIENT_ID) as credential:
            groups = make_groups(graph_settings, https, credential, clock)
            with pytest.raises(ProviderUnavailable):
                await groups.memberships(ADA)
