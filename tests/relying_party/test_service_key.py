"""The service key is made once. A process that finds it missing must not make another."""

import logging

import pytest

from shared.errors import StorageUnavailable
from shared.storage.tables.table import Entity
from tests.authenticator import SoftAuthenticator
from tests.harness.service_harness import ServiceHarness
from tests.storage_faults import once
from tests.storage_transport import Send, Storage


async def take_away(storage: Storage) -> Entity:
    (row,) = await storage.rows("Service")
    await storage.table("Service").delete(row["PartitionKey"], row["RowKey"])
    return row


async def test_a_process_started_without_the_key_fails_until_the_key_is_back(
    party: ServiceHarness,
    storage: Storage,
    alices: SoftAuthenticator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await party.register(alices, "alice")
    row = await take_away(storage)
    process = party.restarted()
    with caplog.at_level(logging.ERROR, "touchstone"):
        for ask in (process.begin_authentication, process.stores.service_key.find):
            with pytest.raises(StorageUnavailable):
                await ask()
    assert set(caplog.messages) == {
        "the service key is gone from its table: import it from a backup"
    }
    assert await storage.rows("Service") == []
    await storage.table("Service").insert(row)
    await process.sign_in(alices, "alice")


async def test_a_process_that_read_the_service_key_goes_on_without_its_row(
    party: ServiceHarness, storage: Storage, alices: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    await take_away(storage)
    await party.sign_in(alices, "alice")


async def test_two_processes_on_an_empty_store_use_the_same_key(
    party: ServiceHarness, storage: Storage, alices: SoftAuthenticator
) -> None:
    """One makes the key and an account while the other one looks for them."""
    await take_away(storage)
    process = party.restarted()

    async def meanwhile(send: Send) -> object:
        await process.register(alices, "alice")
        return await send()

    storage.transport.fault = once(meanwhile, "query Accounts")
    late = party.restarted()
    assert await late.stores.service_key.get() == await process.stores.service_key.get()
    await late.sign_in(alices, "alice")


async def test_a_process_reads_the_new_key_of_an_emptied_store(
    party: ServiceHarness, storage: Storage
) -> None:
    """The health check, which is called regularly, reads it."""
    await take_away(storage)
    other = party.restarted()
    await other.begin_authentication()
    assert await party.stores.service_key.find() == await party.stores.service_key.get()
    assert await party.stores.service_key.get() == await other.stores.service_key.get()


async def test_an_empty_store_gets_its_service_key_at_first_use(
    party: ServiceHarness, storage: Storage
) -> None:
    await take_away(storage)
    assert await party.restarted().stores.service_key.find() is None
    await party.restarted().begin_authentication()
    assert len(await storage.rows("Service")) == 1
