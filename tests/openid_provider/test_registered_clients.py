"""The client of a request: what it costs to find it, and how long it is kept."""

import asyncio
from datetime import timedelta

import pytest

from shared.errors import StorageUnavailable
from shared.openid_provider.registered_clients import RegisteredClients
from tests.harness.administrators import CLIENT_ADMINISTRATOR as BY
from tests.harness.service_harness import ServiceHarness
from tests.openid.clients.documents import client, web
from tests.storage_faults import always, unreachable


@pytest.fixture
async def clients(party: ServiceHarness) -> RegisteredClients:
    await party.service.clients.create(client(web(tokenLifetimeSeconds=120)), by=BY)
    party.storage.transport.forget()
    return lookup(party)


def lookup(party: ServiceHarness, *, seconds: int = 300) -> RegisteredClients:
    return RegisteredClients(
        party.stores.clients,
        from_settings=[client(web(), "fixed")],
        longest_token=timedelta(seconds=seconds),
        clock=party.clock,
    )


def calls(party: ServiceHarness) -> list[str]:
    names = [call.name for call in party.storage.transport.calls]
    party.storage.transport.forget()
    return names


async def test_a_client_is_read_once_in_a_minute(
    party: ServiceHarness, clients: RegisteredClients
) -> None:
    for _ in range(3):
        assert await clients.find("orders") == client(web(tokenLifetimeSeconds=120))
    assert calls(party) == ["query Clients", "get Clients"]
    party.clock.advance(seconds=59)
    await clients.find("orders")
    assert calls(party) == []
    party.clock.advance(seconds=1)
    await clients.find("orders")
    assert calls(party) == ["query Clients", "get Clients"]


async def test_a_change_counts_after_a_minute(
    party: ServiceHarness, clients: RegisteredClients
) -> None:
    await clients.find("orders")
    changed = client(web(name="New"))
    await party.service.clients.replace(changed, versions=None, by=BY)
    party.clock.advance(seconds=60)
    assert await clients.find("orders") == changed
    await party.service.clients.remove("orders", versions=None, by=BY)
    party.clock.advance(seconds=60)
    assert await clients.find("orders") is None


async def test_ids_of_strangers_cost_one_list_in_five_seconds(
    party: ServiceHarness, clients: RegisteredClients
) -> None:
    found = await asyncio.gather(*(clients.find(f"stranger-{n}") for n in range(200)))
    assert found == [None] * 200
    assert calls(party) == ["query Clients"]
    party.clock.advance(seconds=4)
    assert await clients.find("stranger-1") is None
    assert calls(party) == []
    assert len(clients._known._values) == 0


@pytest.mark.parametrize("text", ["", "a" * 65, "a/b", "https://a.example/client", "~event:1", "é"])
async def test_what_is_no_id_costs_nothing(
    party: ServiceHarness, clients: RegisteredClients, text: str
) -> None:
    assert await clients.find(text) is None
    assert calls(party) == []


async def test_a_new_client_is_found_after_five_seconds(
    party: ServiceHarness, clients: RegisteredClients
) -> None:
    assert await clients.find("new") is None
    await party.service.clients.create(client(web(), "new"), by=BY)
    party.clock.advance(seconds=5)
    assert await clients.find("new") == client(web(), "new")


async def test_clients_of_the_settings_cost_nothing(
    party: ServiceHarness, clients: RegisteredClients
) -> None:
    assert await clients.find("fixed") == client(web(), "fixed")
    assert calls(party) == []


async def test_a_lifetime_stays_within_the_setting(
    party: ServiceHarness, clients: RegisteredClients
) -> None:
    """The setting became shorter after the client was written."""
    found = await lookup(party, seconds=60).find("orders")
    assert found is not None
    assert found.token_lifetime == timedelta(seconds=60)


async def test_an_outage_is_not_kept(party: ServiceHarness, clients: RegisteredClients) -> None:
    party.storage.transport.fault = always(unreachable)
    with pytest.raises(StorageUnavailable):
        await clients.find("orders")
    party.storage.transport.fault = None
    assert await clients.find("orders") is not None


async def test_a_client_with_a_name_of_this_service_is_none(party: ServiceHarness) -> None:
    """It was written by hand, or before a setting changed."""
    directory = party.service.client_directory
    for name in (party.settings.policy.rp_id, "orders"):
        await party.service.clients.create(client(web(), name), by=BY)
    assert await directory.find(party.settings.policy.rp_id, address=None) is None
    assert await directory.find("orders", address=None) is not None
    renamed = party.restarted(TOKEN_AUDIENCE="orders")
    assert await renamed.service.client_directory.find("orders", address=None) is None
