"""The blobs have every entry once, in order, and are files that anybody can verify."""

import asyncio
import json
from typing import Any

import pytest
from azure.storage.blob.aio import ContainerClient

from shared.audit.checkpoint import open_checkpoint
from shared.audit.log_entry import read_entry, read_frontier
from shared.audit.merkle import leaf_hash
from shared.audit_log.destinations.append_blob import AppendBlobDestination
from tests.audit_log.destinations.conftest import blob_destination
from tests.audit_log.destinations.shipping_party import record_events, ship
from tests.authenticator import SoftAuthenticator
from tests.harness.record import checkpoint, seal
from tests.harness.service_harness import Clock, ServiceHarness, new_authenticator


async def files(container: ContainerClient) -> dict[str, list[dict[str, Any]]]:
    names = [name async for name in container.list_blob_names()]
    found = {}
    for name in sorted(names):
        content = await (await container.download_blob(name)).readall()
        found[name] = [json.loads(line) for line in content.splitlines()]
    return found


async def assert_verifies(party: ServiceHarness, lines: list[dict[str, Any]]) -> list[int]:
    """Return the sizes of the checkpoints in it."""
    log, *others = lines
    frontier, sizes = read_frontier(log["log"]), []
    keys = await party.keys.checkpoint_keys()
    for line in others:
        if "entry" in line:
            entry = read_entry(line["entry"])
            assert entry.index == frontier.size
            frontier.append(leaf_hash(entry.statement.leaf))
        else:
            verifiers = [key.verifier(log["log"]["origin"]) for key in keys]
            signed = open_checkpoint(line["checkpoint"], verifiers)
            assert (signed.size, signed.root) == (frontier.size, frontier.root)
            sizes.append(signed.size)
    return sizes


async def test_a_blob_is_a_file_that_verifies(
    party: ServiceHarness, container: ContainerClient, blob: AppendBlobDestination
) -> None:
    await record_events(party, 3)
    await ship(party, blob)
    await record_events(party, 2)
    await ship(party, blob)
    ((name, lines),) = (await files(container)).items()
    assert name == "2031/05/17-000000000000.jsonl"
    assert await assert_verifies(party, lines) == [3, 5]
    assert await ship(party, blob) == 0


async def test_a_blob_has_evidence_and_no_personal_part(
    party: ServiceHarness, container: ContainerClient, blob: AppendBlobDestination
) -> None:
    await party.register(new_authenticator(), "alice-the-person")
    await seal(party)
    await ship(party, blob)
    ((_, lines),) = (await files(container)).items()
    entry = read_entry(lines[1]["entry"])
    assert entry.statement.personal is None
    assert entry.statement.evidence is not None
    assert "alice-the-person" not in json.dumps(lines)


async def test_each_day_begins_a_blob(
    party: ServiceHarness, clock: Clock, container: ContainerClient, blob: AppendBlobDestination
) -> None:
    await record_events(party, 3)
    await ship(party, blob)
    clock.advance(days=1)
    await record_events(party, 2)
    await ship(party, blob)
    found = await files(container)
    assert list(found) == ["2031/05/17-000000000000.jsonl", "2031/05/18-000000000003.jsonl"]
    assert [await assert_verifies(party, lines) for lines in found.values()] == [[3], [5]]


async def test_a_file_has_the_day_of_its_first_entry(
    party: ServiceHarness, clock: Clock, container: ContainerClient, blob: AppendBlobDestination
) -> None:
    """So two shippers around midnight do not begin two files."""
    await record_events(party, 3)
    clock.advance(days=1)
    await ship(party, blob)
    assert list(await files(container)) == ["2031/05/17-000000000000.jsonl"]


async def test_an_entry_written_before_a_crash_is_not_written_again(
    party: ServiceHarness, container: ContainerClient, blob: AppendBlobDestination
) -> None:
    """The blob has the entry, and the cursor is still before it."""
    await record_events(party, 3)
    entries = await party.stores.log.entries(0, limit=3)
    await blob.send(entries[:2])
    assert await ship(party, blob_destination(party, container)) == 3
    ((_, lines),) = (await files(container)).items()
    assert [line["entry"]["index"] for line in lines if "entry" in line] == [0, 1, 2]
    await assert_verifies(party, lines)


async def test_an_empty_blob_is_continued(
    party: ServiceHarness, container: ContainerClient, blob: AppendBlobDestination
) -> None:
    await record_events(party, 2)
    begun = container.get_blob_client("2031/05/17-000000000000.jsonl")
    await begun.create_append_blob()
    await ship(party, blob)
    ((_, lines),) = (await files(container)).items()
    assert await assert_verifies(party, lines) == [2]


async def test_concurrent_shippers_write_each_line_once(
    party: ServiceHarness, clock: Clock, container: ContainerClient
) -> None:
    await record_events(party, 300)
    several = [blob_destination(party, container) for _ in range(4)]
    for _ in range(6):
        await asyncio.gather(*(ship(party.restarted(), each) for each in several))
        clock.advance(hours=1)
    ((_, lines),) = (await files(container)).items()
    assert [line["entry"]["index"] for line in lines if "entry" in line] == list(range(300))
    assert (await assert_verifies(party, lines))[-1] == (await checkpoint(party)).size


async def test_a_full_file_is_followed_by_a_new_one(
    party: ServiceHarness,
    container: ContainerClient,
    blob: AppendBlobDestination,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shared.audit_log.destinations.append_blob._MOST_BLOCKS", 2)
    for _ in range(2):
        await record_events(party, 2)
        await ship(party, blob)
    found = await files(container)
    assert list(found) == ["2031/05/17-000000000000.jsonl", "2031/05/17-000000000002.jsonl"]
    assert [await assert_verifies(party, lines) for lines in found.values()] == [[2], [4]]


@pytest.mark.parametrize("number", [1, 1000])
async def test_a_large_batch_is_cut_into_blocks_of_whole_lines(
    party: ServiceHarness,
    container: ContainerClient,
    blob: AppendBlobDestination,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
) -> None:
    monkeypatch.setattr("shared.audit_log.destinations.blob_lines._BLOCK_BYTES", number)
    key: SoftAuthenticator = new_authenticator()
    await party.register(key, "alice")
    await party.sign_in(key, "alice")
    await seal(party)
    await ship(party, blob)
    ((_, lines),) = (await files(container)).items()
    assert await assert_verifies(party, lines) == [2]
