"""The blobs have more entries of a lost log than the log restored from an export."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from azure.storage.blob.aio import ContainerClient

from devhost.azurite import Azurite
from shared.audit.log_entry import read_entry
from shared.audit_log.destinations.append_blob import AppendBlobDestination
from shared.audit_log.destinations.blob_names import BlobName, read_blob_name
from tests.audit_log.destinations.conftest import blob_destination
from tests.audit_log.destinations.shipping_party import record_events, ship
from tests.audit_log.destinations.test_append_blob import assert_verifies, files
from tests.backup.restoring import back_up, import_rows
from tests.harness.service_harness import Clock, ServiceHarness
from tests.storage_transport import open_storage

LOST, BRANCH = "2031/05/17-000000000000.jsonl", "branch-1/2031/05/17-000000000003.jsonl"


@pytest.fixture
async def restored(
    azurite: Azurite, party: ServiceHarness, blob: AppendBlobDestination
) -> AsyncIterator[ServiceHarness]:
    """The export has three entries; five more were shipped, and then lost."""
    await record_events(party, 3)
    await ship(party, blob)
    lines = await back_up(party.storage)
    await record_events(party, 5)
    await ship(party, blob)
    async with open_storage(azurite.connection_string) as empty:
        await empty.make_tables()
        await import_rows(empty, lines)
        yield party.over(empty)


async def leaves(container: ContainerClient) -> list[bytes]:
    lines = [line for lines in (await files(container)).values() for line in lines]
    return [read_entry(line["entry"]).statement.leaf for line in lines if "entry" in line]


@pytest.mark.parametrize("fewer", [1, 5, 8])
async def test_a_restored_log_continues_in_a_branch_with_each_new_entry(
    restored: ServiceHarness, container: ContainerClient, fewer: int
) -> None:
    """The restored log is shorter than the lost one, as long, or longer."""
    lost = (await files(container))[LOST]
    await record_events(restored, fewer)
    await ship(restored, blob_destination(restored, container))
    await record_events(restored, 1)
    await ship(restored, blob_destination(restored, container))
    found = await files(container)
    assert list(found) == [LOST, BRANCH]
    assert found[LOST] == lost
    await assert_verifies(restored, found[BRANCH])
    log = await restored.stores.log.entries(0, limit=100)
    written = await leaves(container)
    assert [entry.index for entry in log if written.count(entry.statement.leaf) != 1] == []


async def test_concurrent_shippers_of_a_restored_log_begin_one_branch(
    restored: ServiceHarness, clock: Clock, container: ContainerClient
) -> None:
    await record_events(restored, 300)
    several = [blob_destination(restored, container) for _ in range(4)]
    for _ in range(6):
        await asyncio.gather(*(ship(restored.restarted(), each) for each in several))
        clock.advance(hours=1)
    found = await files(container)
    assert list(found) == [LOST, BRANCH]
    indices = [line["entry"]["index"] for line in found[BRANCH] if "entry" in line]
    assert indices == list(range(3, 303))


async def test_an_empty_branch_of_another_shipper_is_continued(
    restored: ServiceHarness, container: ContainerClient
) -> None:
    """That shipper may be working now, or may have crashed."""
    await container.get_blob_client(BRANCH).create_append_blob()
    await record_events(restored, 2)
    await ship(restored, blob_destination(restored, container))
    found = await files(container)
    assert list(found) == [LOST, BRANCH]
    await assert_verifies(restored, found[BRANCH])


@pytest.mark.parametrize("more", [2, 3, 4])
async def test_a_second_restore_begins_a_second_branch(
    azurite: Azurite,
    party: ServiceHarness,
    container: ContainerClient,
    blob: AppendBlobDestination,
    more: int,
) -> None:
    """First an old export is restored, then a newer one: its log continues before, at, or after the
    end of the first branch."""
    exports = []
    for _ in range(2):
        await record_events(party, 3)
        await ship(party, blob)
        exports.append(await back_up(party.storage))
    for lines, number in zip(exports, (more, 2), strict=True):
        async with open_storage(azurite.connection_string) as empty:
            await empty.make_tables()
            await import_rows(empty, lines)
            log = party.over(empty)
            await record_events(log, number)
            await ship(log, blob_destination(log, container))
            found = await files(container)
            await assert_verifies(log, list(found.values())[-1])
    assert list(found) == [LOST, BRANCH, "branch-2/2031/05/17-000000000006.jsonl"]


async def test_a_branch_continues_on_the_next_day(
    restored: ServiceHarness, clock: Clock, container: ContainerClient
) -> None:
    for _ in range(2):
        await record_events(restored, 3)
        await ship(restored, blob_destination(restored, container))
        clock.advance(days=1)
    names = sorted(await files(container))
    assert names == [LOST, BRANCH, "branch-1/2031/05/18-000000000006.jsonl"]


async def test_an_empty_file_does_not_begin_a_branch(
    party: ServiceHarness, clock: Clock, container: ContainerClient, blob: AppendBlobDestination
) -> None:
    """A crash leaves it; a slow shipper must not think that it belongs to another log."""
    await record_events(party, 3)
    entries = await party.stores.log.entries(0, limit=3)
    await blob.send(entries)
    clock.advance(days=1)
    begun = container.get_blob_client("2031/05/18-000000000003.jsonl")
    await begun.create_append_blob()
    await blob.send(entries)
    assert sorted(await files(container)) == [LOST, "2031/05/18-000000000003.jsonl"]


async def test_entries_are_written_even_if_an_empty_file_comes_after_them(
    party: ServiceHarness, container: ContainerClient, blob: AppendBlobDestination
) -> None:
    await container.get_blob_client("2031/05/17-000000000003.jsonl").create_append_blob()
    await record_events(party, 3)
    await ship(party, blob)
    log = await party.stores.log.entries(0, limit=3)
    assert await leaves(container) == [entry.statement.leaf for entry in log]


async def test_a_foreign_file_is_left_alone(
    party: ServiceHarness, container: ContainerClient, blob: AppendBlobDestination
) -> None:
    await container.upload_blob("zzz/notes-000000000009.txt", b"")
    await record_events(party, 3)
    await ship(party, blob)
    assert sorted(await files(container)) == [LOST, "zzz/notes-000000000009.txt"]


@pytest.mark.parametrize(
    "text", ["", "2031/05/17-0.jsonl", f"x{LOST}", f"{LOST}x", f"branch-/{LOST}", f"a/{LOST}"]
)
def test_other_names_are_not_read(text: str) -> None:
    assert read_blob_name(text) is None


def test_names_sort_in_the_order_of_the_files() -> None:
    texts = [LOST, "2031/05/18-000000000008.jsonl", BRANCH, f"branch-10/{LOST}"]
    names = [read_blob_name(text) for text in texts]
    assert [str(name) for name in names] == texts
    assert sorted(name for name in reversed(names) if name) == names
    assert names[2] == BlobName(branch=1, day="2031/05/17", first=3)
