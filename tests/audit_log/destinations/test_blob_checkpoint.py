"""The log is compared with a checkpoint that a writer to the tables cannot change."""

import pytest
from azure.storage.blob.aio import ContainerClient

from devhost.azurite import Azurite
from shared.audit_log.destinations.append_blob import AppendBlobDestination, connect_container
from shared.audit_log.destinations.blob_checkpoint import BlobCheckpoint
from shared.audit_log.destinations.destination import NotNow
from shared.errors import LogInconsistent
from tests.audit_log.destinations.conftest import blob_destination
from tests.audit_log.destinations.shipping_party import record_events, ship
from tests.audit_log.destinations.test_append_blob import files
from tests.harness.record import seal
from tests.harness.service_harness import ServiceHarness
from tests.harness.tampering import Tables


@pytest.fixture
def copy(container: ContainerClient) -> BlobCheckpoint:
    return BlobCheckpoint(container)


async def test_an_empty_container_has_no_checkpoint(
    party: ServiceHarness, copy: BlobCheckpoint, container: ContainerClient
) -> None:
    assert await copy.newest_checkpoint() is None
    await container.get_blob_client("2031/05/17-000000000000.jsonl").create_append_blob()
    assert await copy.newest_checkpoint() is None


async def test_the_newest_checkpoint_is_the_last_one_shipped(
    party: ServiceHarness, copy: BlobCheckpoint, blob: AppendBlobDestination
) -> None:
    for number in (2, 3):
        await record_events(party, number)
        await ship(party, blob)
        assert await copy.newest_checkpoint() == await party.stores.log.newest_checkpoint()


async def test_the_checkpoint_is_found_before_many_entries_and_an_empty_file(
    party: ServiceHarness,
    copy: BlobCheckpoint,
    blob: AppendBlobDestination,
    container: ContainerClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shared.audit_log.destinations.blob_checkpoint._TAIL_BYTES", 500)
    await record_events(party, 1)
    await ship(party, blob)
    note = await party.stores.log.newest_checkpoint()
    await record_events(party, 40)
    entries = await party.stores.log.entries(1, limit=20)
    await blob.send(entries)  # not up to the head, so without its checkpoint
    await container.get_blob_client("2031/06/01-000000000021.jsonl").create_append_blob()
    assert len(await files(container)) == 2
    assert await copy.newest_checkpoint() == note


async def test_a_missing_container_is_unreachable(
    blobs: Azurite, container: ContainerClient
) -> None:
    url = f"{blobs.url}/missing"
    async with connect_container(url, container.credential) as missing:
        with pytest.raises(NotNow, match="HTTP 404"):
            await BlobCheckpoint(missing).newest_checkpoint()


async def test_a_log_that_is_older_than_its_blobs_is_not_extended(
    party: ServiceHarness, copy: BlobCheckpoint, blob: AppendBlobDestination
) -> None:
    await record_events(party, 2)
    tables = Tables(party.storage)
    head = await tables.head()
    await record_events(party, 2)
    await ship(party, blob)
    await tables.cut_off(2)
    await tables.put("AuditTree", head)
    until = party.clock.now.replace(year=2099)
    with pytest.raises(LogInconsistent, match="has 2 entries, and had 4 in its copy"):
        await party.restarted().service.sealing.seal(until=until, outside=copy)


async def test_an_unsigned_log_is_not_shipped(
    party: ServiceHarness, blob: AppendBlobDestination, container: ContainerClient
) -> None:
    await record_events(party, 2)
    await ship(party, blob)
    before = await files(container)
    await record_events(party, 2)
    tables = Tables(party.storage)
    await tables.change_entry(3, lambda leaf: leaf.update(outcome="failure"))
    await tables.recompute_frontier()
    other = party.restarted()
    with pytest.raises(LogInconsistent, match="differs from the signed one at 4"):
        await ship(other, blob_destination(other, container))
    assert await files(container) == before
    with pytest.raises(LogInconsistent):
        await seal(other)
