"""Tokens that omit groups, over real TLS."""

import pytest

from shared.accounts.roles import Role
from shared.errors import ProviderUnavailable
from tests.fakes.graph import Graph
from tests.fakes.identity_provider import IdentityProvider
from tests.identity_providers.claims import (
    Claims,
    entra_access,
)
from tests.identity_providers.settings import (
    ADMINS,
    AUDITORS,
    Entry,
    entra_of_several,
)
from tests.identity_providers.trusting import Trust, issuer_of

OVERAGE: Claims = {
    "_claim_names": {"groups": "src1"},
    "_claim_sources": {"src1": {"endpoint": "https://evil.example/groups"}},
}

ADMIN, AUDIT, CREATE = Role.AUTHENTICATORS_ADMIN, Role.AUDIT_READ, Role.REGISTRATIONS_CREATE


def with_graph(server: IdentityProvider, graph: Graph) -> Entry:
    return entra_of_several(
        server.issuer,
        roles={CREATE: [CREATE]},
        groups={ADMIN: [ADMINS], AUDIT: [AUDITORS]},
        graph=graph.settings,
    )


async def test_asks_graph_for_groups_that_the_token_leaves_out(
    trust: Trust, entra_server: IdentityProvider, graph: Graph
) -> None:
    providers = trust(with_graph(entra_server, graph))
    token = entra_server.sign(entra_access(issuer_of(entra_server), roles=[CREATE], **OVERAGE))
    assert (await providers.identify(token)).roles == {ADMIN, CREATE}


async def test_does_not_ask_graph_for_groups_that_the_token_has(
    trust: Trust, entra_server: IdentityProvider, graph: Graph
) -> None:
    providers = trust(with_graph(entra_server, graph))
    token = entra_server.sign(entra_access(issuer_of(entra_server), groups=[AUDITORS]))
    assert (await providers.identify(token)).roles == {AUDIT}
    assert graph.logins == 0


@pytest.mark.parametrize("broken", ["login_status", "graph_status"])
async def test_is_undecided_while_graph_is_down(
    broken: str, trust: Trust, entra_server: IdentityProvider, graph: Graph
) -> None:
    setattr(graph, broken, 503)
    token = entra_server.sign(entra_access(issuer_of(entra_server), roles=[CREATE], **OVERAGE))
    with pytest.raises(ProviderUnavailable):
        await trust(with_graph(entra_server, graph)).identify(token)
