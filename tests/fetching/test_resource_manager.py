"""Requests to Resource Manager: what is sent, to whom, and how often."""

import socket
from collections.abc import AsyncIterator, Iterator

import pytest

from shared.access.azure_names.arm_ids import VAULT
from shared.access.restores.action import read_action
from shared.access.restores.requests import ArmRequest, list_items, post_restore
from shared.errors import ProviderUnavailable
from shared.fetching.https import Answer, Https, NotSent
from shared.fetching.resource_manager import ResourceManager
from tests.access.restores.actions import details
from tests.fakes import resource_manager as fake
from tests.fakes.resource_manager import ResourceManagerServer, arm_token
from tests.fakes.tls import Tls

RESTORE = post_restore(read_action(details()), guard_requests=())


@pytest.fixture
async def server(tls: Tls) -> AsyncIterator[ResourceManagerServer]:
    async with ResourceManagerServer(tls=tls) as server:
        yield server


@pytest.fixture
def manager(server: ResourceManagerServer, https: Https) -> ResourceManager:
    return ResourceManager(lambda: https, url=server.url)


async def send(manager: ResourceManager, request: ArmRequest, **more: str) -> Answer:
    token = more.pop("token", arm_token())
    return await manager.send(
        request.path,
        query=request.query,
        body=request.body,
        api_version=fake.API_VERSION,
        token=token,
        **more,
    )


async def test_a_restore_is_accepted_and_its_operation_followed(
    server: ResourceManagerServer, manager: ResourceManager
) -> None:
    accepted = await send(manager, RESTORE, request_id="request-1")
    assert accepted.status == 202
    address = accepted.headers["Azure-AsyncOperation"]
    told = await manager.follow(address, token=arm_token())
    assert told.json()["properties"]["jobId"] == server.jobs[0].id
    assert server.jobs[0].activity == "request-1"
    first, second = server.seen
    assert "%3B" in first.raw_path
    assert ";" in second.raw_path  # as it was given: it is signed


async def test_a_filter_arrives_as_it_is_written(
    server: ResourceManagerServer, manager: ResourceManager
) -> None:
    server.items, server.page = [fake.ITEM, fake.ITEM + "x", fake.ITEM + "y"], 2
    request = list_items(VAULT.parse(fake.VAULT), after="p=2=")
    assert len((await send(manager, request)).json()["value"]) == 1


@pytest.mark.parametrize(
    ("token", "status"),
    [
        (arm_token(audience="https://vault.azure.net"), 401),
        (arm_token("somebody-else"), 403),
        ("not-a-token", 401),
    ],
)
async def test_the_fake_refuses_tokens_as_azure_does(
    manager: ResourceManager, token: str, status: int
) -> None:
    assert (await send(manager, RESTORE, token=token)).status == status


async def test_a_resource_guard_wants_its_requests_and_a_token(
    server: ResourceManagerServer, manager: ResourceManager
) -> None:
    server.guarded = True
    guarded = post_restore(read_action(details()), guard_requests=(fake.GUARD_REQUEST,))
    assert (await send(manager, RESTORE, auxiliary=arm_token())).status == 403
    assert (await send(manager, guarded)).status == 403
    assert (await send(manager, guarded, auxiliary=arm_token())).status == 202


async def test_a_lost_answer_is_no_refused_connection(
    server: ResourceManagerServer, manager: ResourceManager
) -> None:
    server.loses = "/restore"
    with pytest.raises(ProviderUnavailable) as lost:
        await send(manager, RESTORE)
    assert not isinstance(lost.value, NotSent)
    assert len(server.restores) == len(server.restore_requests()) == 1  # sent once


@pytest.fixture
def closed_port() -> Iterator[int]:
    """Bound, so that nobody else takes it, and nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


async def test_without_a_connection_nothing_was_sent(https: Https, closed_port: int) -> None:
    manager = ResourceManager(lambda: https, url=f"https://127.0.0.1:{closed_port}")
    with pytest.raises(NotSent):
        await send(manager, RESTORE)


async def test_without_a_trusted_certificate_nothing_was_sent(
    server: ResourceManagerServer,
) -> None:
    manager = ResourceManager(Https, url=server.url)
    with pytest.raises(NotSent):
        await send(manager, RESTORE)
    assert server.seen == []


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example",
        "http://127.0.0.1",
        "https://user@127.0.0.1",
        "https://127.0.0.1:1",
        "//127.0.0.1",
    ],
)
async def test_a_token_goes_to_no_other_host(
    elsewhere: str, server: ResourceManagerServer, manager: ResourceManager
) -> None:
    server.elsewhere = elsewhere
    address = (await send(manager, RESTORE)).headers["Azure-AsyncOperation"]
    with pytest.raises(ProviderUnavailable, match="another host"):
        await manager.follow(address, token=arm_token())
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    "address",
    [
        "https://management.azure.com.evil.example/subscriptions",
        "https://management.azure.com@evil.example/subscriptions",
        "https://management.azure.com\\@evil.example/subscriptions",
        "https://management.azure.com:444/subscriptions",
        "https://management.azure.com/a b",
        "https://management.azure.com/a\r\nb",
        "https://management.azure.com/a#b",
        "https://[management.azure.com/",
        "https://management.azure.com/" + "a" * 8_192,
    ],
)
def test_what_only_looks_like_resource_manager_is_refused(address: str) -> None:
    manager = ResourceManager(Https)
    assert not manager.is_ours(address)
    assert manager.is_ours("https://management.azure.com/subscriptions/x;y?t=1&s=-_")
