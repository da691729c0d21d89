import asyncio
import dataclasses
import json

import pytest

from shared.fetching.https import Https
from shared.identity_providers.graph.application_token import GraphTokens
from shared.identity_providers.graph.directory import GraphGroups
from shared.identity_providers.provider import GraphSettings
from tests.fakes.graph import Graph
from tests.identity_providers.asking_graph import ADA, ManagedIdentity, make_groups
from tests.identity_providers.claims import OID, OTHER_TENANT, TENANT
from tests.identity_providers.clock import Clock
from tests.identity_providers.settings import ADMINS, AUDITORS

OUTER = "cccccccc-cccc-4ccc-8ccc-cccccccccccc"


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
    graph_settings: GraphSettings,
    https: Https,
    graph: Graph,
    identity: ManagedIdentity,
    clock: Clock,
) -> None:
    mapped = {f"dddddddd-dddd-4ddd-8ddd-{index:012}" for index in range(number)}
    graph.members[TENANT, "users", OID] = mapped
    groups = make_groups(graph_settings, https, identity, clock, asked_for=frozenset(mapped))
    assert await groups.memberships(ADA) == mapped
    assert len(graph.questions) == requests


async def test_keeps_an_answer_for_five_minutes(
    groups: GraphGroups, graph: Graph, clock: Clock
) -> None:
    await groups.memberships(ADA)
    graph.members[TENANT, "users", OID] = set()
    clock.advance(minutes=4, seconds=59)
    assert await groups.memberships(ADA) == {ADMINS}
    clock.advance(seconds=1)
    assert await groups.memberships(ADA) == set()
    assert (len(graph.questions), graph.logins) == (2, 1)


async def test_renews_its_token_five_minutes_before_the_end(
    groups: GraphGroups, graph: Graph, clock: Clock
) -> None:
    await groups.memberships(ADA)
    clock.advance(minutes=54, seconds=59)
    await groups.memberships(ADA)
    assert graph.logins == 1
    clock.advance(minutes=5)
    await groups.memberships(ADA)
    assert graph.logins == 2


@pytest.mark.parametrize(
    ("seconds", "kept"), [(-(10**40), 0), (0, 0), (299, 0), (10**40, 86400 - 300)]
)
async def test_keeps_a_token_for_a_day_at_most(
    seconds: int,
    kept: int,
    graph_settings: GraphSettings,
    https: Https,
    graph: Graph,
    identity: ManagedIdentity,
    clock: Clock,
) -> None:
    graph.login_answer = json.dumps({"access_token": "a", "expires_in": seconds}).encode()
    tokens = GraphTokens(graph_settings, https=https, sign_in=lambda: identity, clock=clock)
    assert await tokens.token(TENANT) == "a"
    clock.advance(seconds=max(0, kept - 1))
    await tokens.token(TENANT)
    assert graph.logins == (1 if kept else 2)
    clock.advance(seconds=1)
    await tokens.token(TENANT)
    assert graph.logins == (2 if kept else 3)


async def test_concurrent_requests_make_one_call(groups: GraphGroups, graph: Graph) -> None:
    answers = await asyncio.gather(*(groups.memberships(ADA) for _ in range(20)))
    assert answers == [{ADMINS}] * 20
    assert len(graph.questions) == 1
