"""Only entries of the signed tree are shipped, completely and in order."""

from collections.abc import Awaitable, Callable, Sequence

import pytest
from azure.storage.blob.aio import ContainerClient

from shared.audit.event import Actor, ActorType, Kind
from shared.audit.log_entry import LogEntry
from shared.audit.statement import write_json
from shared.audit_log.destinations.append_blob import AppendBlobDestination
from shared.audit_log.destinations.blob_checkpoint import BlobCheckpoint
from shared.errors import LogInconsistent
from tests.audit_log.destinations.shipping_party import record_events, ship, shipping
from tests.harness.finders import verifier_says
from tests.harness.record import seal
from tests.harness.service_harness import ServiceHarness
from tests.harness.tampering import Tables
from tests.tamperings import assert_said, tampering

SOMEBODY = Actor(standing=ActorType.USER, id="somebody", name="Somebody")


class Kept:
    def __init__(self, name: str = "kept") -> None:
        self.name = name
        self.entries: list[LogEntry] = []

    async def send(self, entries: Sequence[LogEntry]) -> None:
        self.entries += entries


@pytest.fixture
def tables(party: ServiceHarness) -> Tables:
    return Tables(party.storage)


async def a_changed_leaf(tables: Tables) -> None:
    await tables.change_entry(4, lambda leaf: leaf.update(outcome="failure"))


async def a_changed_person(tables: Tables) -> None:
    row = (await tables.entries())[5]
    await tables.put("AuditLog", row | {"Personal": write_json({"actorName": "eve"})})


async def one_that_is_gone(tables: Tables) -> None:
    await tables.delete("AuditLog", (await tables.entries())[4])


async def all_that_are_gone(tables: Tables) -> None:
    for row in (await tables.entries())[3:]:
        await tables.delete("AuditLog", row)


ACTS = [a_changed_leaf, a_changed_person, one_that_is_gone, all_that_are_gone]


@tampering("An entry is changed between sealing and shipping")
@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
async def test_an_entry_changed_after_signing_is_not_shipped(
    party: ServiceHarness, tables: Tables, act: Callable[[Tables], Awaitable[None]]
) -> None:
    """Shipping stops even if the entry is repaired before the next export."""
    kept = Kept()
    await record_events(party, 3)
    assert await ship(party, kept) == 3
    await record_events(party, 2)
    await party.recorder.record(Kind.ACCOUNT_READ, actor=SOMEBODY)
    await seal(party)
    before = await tables.entries()
    await act(tables)
    with pytest.raises(LogInconsistent, match="entries from 3 on differ from the signed ones"):
        await ship(party, kept)
    assert len(kept.entries) == 3
    found = await party.service.trusted_log.find_contradiction()
    assert found is not None
    assert_said("An entry is changed between sealing and shipping", found.what)
    for row in before:
        await tables.put("AuditLog", row)
    assert await ship(party, kept) == 3
    assert await party.service.trusted_log.find_contradiction() is None


async def test_an_erased_person_is_shipped_without_a_name(
    party: ServiceHarness,
) -> None:
    kept = Kept()
    await party.recorder.record(Kind.ACCOUNT_READ, actor=SOMEBODY)
    await seal(party)
    log = party.stores.log
    (entry,) = await log.entries(0, limit=1)
    await log.forget_person(entry, key=await party.keys.statement_key())
    assert await ship(party, kept) == 1
    assert kept.entries[0].statement.personal is None


@tampering("A shipping cursor is moved beyond the log, or is invalid")
@tampering("A shipping cursor is moved within the log")
async def test_a_foreign_cursor_is_reported_and_does_not_stop_other_destinations(
    party: ServiceHarness, tables: Tables
) -> None:
    one, other = Kept("one"), Kept("other")
    await record_events(party, 2)
    await ship(party, one)
    (cursor,) = await tables.rows("AuditTree", partition="cursors")
    await tables.put("AuditTree", cursor | {"Next": f"{1:012d}"})
    assert await ship(party, one) == 1  # shipped twice, which nothing shows
    assert_said("A shipping cursor is moved within the log")
    for changed, message in (
        ({"Next": f"{10**11:012d}"}, "its cursor is at entry 100000000000, and the log has"),
        ({"Next": "x"}, "the row of a cursor cannot be read"),
    ):
        await tables.put("AuditTree", cursor | changed)
        await record_events(party, 1)
        with pytest.raises(LogInconsistent, match=message) as error:
            await ship(party, one, other)
        if "Next" in changed and changed["Next"] != "x":
            what = "A shipping cursor is moved beyond the log, or is invalid"
            assert_said(what, str(error.value))
        lag = (await shipping(party, one).lags())["one"]
        assert message in (lag.failing or "")
        assert lag.entries >= 0
    assert len(other.entries) == 4


@tampering("A checkpoint is appended to a blob")
async def test_a_foreign_checkpoint_in_a_file_is_reported(
    party: ServiceHarness, blob: AppendBlobDestination, container: ContainerClient
) -> None:
    await record_events(party, 2)
    await ship(party, blob)
    (name,) = [name async for name in container.list_blob_names()]
    until = party.clock.now.replace(year=2099)
    for line in (b'{"checkpoint": no JSON\n', b'{"checkpoint": "touchstone.example\\n1\\n"}\n'):
        await container.get_blob_client(name).append_block(line)
        with pytest.raises(LogInconsistent, match="of the log's copy is not accepted") as error:
            await party.service.sealing.seal(until=until, outside=BlobCheckpoint(container))
        assert_said("A checkpoint is appended to a blob", str(error.value))


@tampering("A line of a blob is changed")
@tampering("A line of a blob is removed")
@tampering("An entry is appended to a blob")
@tampering("A branch is begun in the container")
async def test_tampered_files_are_found(
    party: ServiceHarness,
    blob: AppendBlobDestination,
    container: ContainerClient,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await record_events(party, 3)
    await ship(party, blob)
    (name,) = [name async for name in container.list_blob_names()]
    file = container.get_blob_client(name)
    lines = (await (await file.download_blob()).readall()).splitlines()
    changed = [line.replace(b"success", b"failure") for line in lines]
    assert_said("A line of a blob is changed", await verifier_says(party, lines=changed))
    removed = await verifier_says(party, lines=[*lines[:1], *lines[2:]])
    assert_said("A line of a blob is removed", removed)
    await file.append_block(changed[3] + b"\n")
    await record_events(party, 1)
    await ship(party, blob)
    assert_said("An entry is appended to a blob", caplog.text)
    begun = "branch-7/9999/01/01-000000000004.jsonl"
    await container.get_blob_client(begun).create_append_blob()
    await record_events(party, 1)
    await ship(party, blob)
    file = container.get_blob_client(begun)
    lines = (await (await file.download_blob()).readall()).splitlines()
    message = await verifier_says(party, lines=lines)
    assert "Verdict: consistent with itself." in message
    assert_said("A branch is begun in the container", message)
