"""The service does not sign a log that another writer changed, and reports it."""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from shared.audit.checkpoint import Checkpoint, CheckpointKey, sign_checkpoint
from shared.audit.event import Kind
from shared.audit.merkle import Frontier, leaf_hash, root_of
from shared.audit_log.destinations.destination import NotNow
from shared.audit_log.trusted_log import name_of
from shared.errors import LogInconsistent, StorageUnavailable
from tests.authenticator import SoftAuthenticator
from tests.fixed_keys import new_checkpoint_key
from tests.harness.record import checkpoint, entries, record, seal
from tests.harness.service_harness import SETTINGS, Clock, ServiceHarness
from tests.harness.tampering import Row, Tables
from tests.storage_transport import RecordingTransport, Storage
from tests.tamperings import assert_said, tampering

ORIGIN = SETTINGS["RP_ID"]


async def record_events(party: ServiceHarness, number: int = 1) -> None:
    for n in range(number):
        await party.recorder.record(Kind.AUDIT_READ, facts={"n": n})


async def sealed(party: ServiceHarness, *numbers: int) -> None:
    """Seal one checkpoint for each number, with that many entries."""
    for number in numbers:
        await record_events(party, number)
        await seal(party)


@pytest.fixture
def tables(storage: Storage) -> Tables:
    return Tables(storage)


async def everything(tables: Tables) -> list[Row]:
    return [row for name in ("AuditLog", "AuditTree") for row in await tables.rows(name)]


async def refused(party: ServiceHarness, tables: Tables) -> str:
    """Return why sealing stops; it writes nothing."""
    await record_events(party)
    before = await everything(tables)
    with pytest.raises(LogInconsistent) as error:
        await seal(party)
    assert await everything(tables) == before
    assert await party.stores.outbox.read(limit=10)
    return str(error.value)


async def entry_changed_and_frontier_recomputed(tables: Tables) -> None:
    await tables.change_entry(2, lambda leaf: leaf.update(outcome="failure"))
    await tables.recompute_frontier()
    await tables.cut_off(99)


async def entry_removed_and_the_rest_moved_up(tables: Tables) -> None:
    rows = await tables.entries()
    for row, following in pairwise(rows[2:]):
        keys = {name: row[name] for name in ("PartitionKey", "RowKey")}
        await tables.put("AuditLog", following | keys)
    await tables.delete("AuditLog", rows[-1])
    await tables.recompute_frontier()
    for row in await tables.checkpoints():
        await tables.delete("AuditTree", row)


async def checkpoint_of_the_attacker(tables: Tables) -> None:
    await entry_changed_and_frontier_recomputed(tables)
    note = await _signed(tables, new_checkpoint_key())
    await tables.put("AuditTree", await tables.head() | {"Checkpoint": note})


async def _signed(tables: Tables, key: CheckpointKey) -> str:
    leaves = [leaf_hash(row["Leaf"]) for row in await tables.entries()]
    return sign_checkpoint(Checkpoint(origin=ORIGIN, size=len(leaves), root=root_of(leaves)), [key])


async def head_removed(tables: Tables) -> None:
    await tables.delete("AuditTree", await tables.head())


async def head_without_a_checkpoint(tables: Tables) -> None:
    await tables.put("AuditTree", await tables.head() | {"Checkpoint": ""})


async def head_of_the_wrong_form(tables: Tables) -> None:
    await tables.put("AuditTree", await tables.head() | {"Frontier": b"short"})


async def head_of_fewer_entries(tables: Tables) -> None:
    """The old head is signed; the later entries are still there."""
    await tables.put("AuditTree", await _head_at(tables, 3))


async def _head_at(tables: Tables, size: int) -> Row:
    frontier = Frontier()
    for row in (await tables.entries())[:size]:
        frontier.append(leaf_hash(row["Leaf"]))
    (note,) = [row["Note"] for row in await tables.checkpoints() if int(row["RowKey"]) == size]
    number = f"{size:012d}"
    changed = {"Size": number, "Tidy": number, "Checkpoint": note}
    return await tables.head() | changed | {"Frontier": b"".join(frontier.hashes)}


ATTACKS: dict[str, tuple[Callable[[Tables], Awaitable[None]], str]] = {
    "change": (entry_changed_and_frontier_recomputed, "frontier differs from the signed one at 6"),
    "removal": (entry_removed_and_the_rest_moved_up, "is of 6 entries, its frontier of 5"),
    "own signature": (checkpoint_of_the_attacker, "no known key has signed it"),
    "no checkpoint": (head_without_a_checkpoint, "the log has no checkpoint"),
    "malformed": (head_of_the_wrong_form, "cannot be read"),
}


ROWS = {
    "change": "An entry and the log's frontier are rewritten, and the size stays the same",
    "own signature": "The head is signed with the writer's own key",
}


@tampering("An entry and the log's frontier are rewritten, and the size stays the same")
@tampering("The head is signed with the writer's own key")
@pytest.mark.parametrize("attack", ATTACKS)
async def test_a_tampered_log_is_not_signed(
    party: ServiceHarness, tables: Tables, attack: str
) -> None:
    """This includes a process that never saw the log before."""
    await sealed(party, 3, 3)
    act, message = ATTACKS[attack]
    await act(tables)
    error = await refused(party.restarted(), tables)
    assert message in error
    if attack in ROWS:
        assert_said(ROWS[attack], error)


@tampering("The head is set back or deleted, and the entries stay")
@pytest.mark.parametrize("act", [head_removed, head_of_fewer_entries])
async def test_entries_after_a_head_that_was_set_back_are_kept(
    party: ServiceHarness, tables: Tables, act: Callable[[Tables], Awaitable[None]]
) -> None:
    await sealed(party, 3, 300)
    before = await checkpoint(party)
    await act(tables)
    other = party.restarted()
    await record_events(other)
    await seal(other)
    assert_said("The head is set back or deleted, and the entries stay")
    leaves = [leaf_hash(entry.statement.leaf) for entry in await entries(other)]
    assert len(leaves) == 304
    assert root_of(leaves[:303]) == before.root
    assert (await checkpoint(other)).root == root_of(leaves)


@tampering("Entries after the head are added or changed")
@pytest.mark.parametrize("act", [head_removed, head_of_fewer_entries])
async def test_changed_entries_after_the_head_are_refused(
    party: ServiceHarness, tables: Tables, act: Callable[[Tables], Awaitable[None]]
) -> None:
    await sealed(party, 3, 3)
    await act(tables)
    await tables.change_entry(4, lambda leaf: leaf.update(outcome="failure"))
    what = "Entries after the head are added or changed"
    assert_said(what, await refused(party.restarted(), tables))
    (*_, last) = await tables.entries()
    await tables.delete("AuditLog", (await tables.entries())[4])
    assert "a gap after its head" in await refused(party.restarted(), tables)
    await tables.put("AuditLog", last | {"RowKey": f"{4:012d}"})
    assert "that the service did not append" in await refused(party.restarted(), tables)


async def rolled_back(tables: Tables) -> None:
    """Restore an older state exactly: signed, and without a trace of later entries."""
    head = await _head_at(tables, 3)
    await tables.cut_off(3)
    await tables.put("AuditTree", head)


@tampering("The log is rolled back while the service runs")
async def test_an_instance_does_not_sign_a_log_that_was_rolled_back(
    party: ServiceHarness, tables: Tables
) -> None:
    await sealed(party, 3, 3)
    await rolled_back(tables)
    message = await refused(party, tables)
    assert message == "the log has 3 entries, and had 6 before"
    assert_said("The log is rolled back while the service runs", message)


@tampering("Everything is deleted while the service runs")
async def test_an_instance_does_not_begin_a_new_log_if_its_log_is_gone(
    party: ServiceHarness, tables: Tables
) -> None:
    await sealed(party, 3)
    for row in await tables.rows("AuditTree"):
        await tables.delete("AuditTree", row)
    await tables.cut_off(0)
    message = await refused(party, tables)
    assert message == "the log is missing, and had 3 entries before"
    assert_said("Everything is deleted while the service runs", message)


@tampering("The instance rewrites the log and signs it")
async def test_a_rewritten_log_is_refused_even_if_our_key_signed_it(
    party: ServiceHarness, tables: Tables
) -> None:
    """The signature is valid, so the head alone is no contradiction."""
    await sealed(party, 3, 3)
    key, *_ = await party.keys.checkpoint_keys()
    await tables.change_entry(1, lambda leaf: leaf.update(outcome="failure"))
    await tables.recompute_frontier()
    await tables.put("AuditTree", await tables.head() | {"Checkpoint": await _signed(tables, key)})
    assert_said("The instance rewrites the log and signs it", await refused(party, tables))


async def test_a_larger_log_must_continue_the_known_one(
    party: ServiceHarness, tables: Tables
) -> None:
    await sealed(party, 3)
    other = party.restarted()
    await sealed(other, 3)
    await seal(party)  # it goes on, and is seen
    await sealed(other, 3)
    key, *_ = await party.keys.checkpoint_keys()
    await tables.change_entry(1, lambda leaf: leaf.update(outcome="failure"))
    await tables.recompute_frontier()
    await tables.put("AuditTree", await tables.head() | {"Checkpoint": await _signed(tables, key)})
    assert "does not continue the 6 entries" in await refused(party, tables)


async def test_entries_after_the_head_must_have_no_gap(
    party: ServiceHarness, tables: Tables
) -> None:
    await sealed(party, 3)
    (*_, last) = await tables.entries()
    for index in (4, 5):
        await tables.put("AuditLog", last | {"RowKey": f"{index:012d}"})
    assert "a gap after its head" in await refused(party, tables)


# A copy outside the tables


class Copy:
    def __init__(self, note: str | None) -> None:
        self.note = note
        self.reachable = True

    async def newest_checkpoint(self) -> str | None:
        if not self.reachable:
            raise NotNow("HTTP 503")
        return self.note


async def seal_with_copy(party: ServiceHarness, copy: Copy) -> int:
    party.clock.advance(minutes=5)
    return await party.service.sealing.seal(until=party.clock.now.replace(year=2099), outside=copy)


@tampering("The log is rolled back while no process runs, and is in a container")
async def test_a_rollback_is_found_with_the_copy(party: ServiceHarness, tables: Tables) -> None:
    await sealed(party, 3, 3)
    newest = await checkpoint(party)
    copy = Copy((await tables.head())["Checkpoint"])
    await rolled_back(tables)
    other = party.restarted()
    await record_events(other)
    with pytest.raises(LogInconsistent, match="has 3 entries, and had 6 in its copy") as error:
        await seal_with_copy(other, copy)
    what = "The log is rolled back while no process runs, and is in a container"
    assert_said(what, str(error.value))
    # The operator restored the log, and sets the checkpoint that the message names.
    restored = party.restarted(AUDIT_SUPERSEDED_CHECKPOINTS=name_of(newest))
    assert await seal_with_copy(restored, copy) == 1


async def test_a_log_that_continues_its_copy_is_extended(
    party: ServiceHarness, tables: Tables
) -> None:
    await sealed(party, 3)
    copy = Copy((await tables.head())["Checkpoint"])
    await sealed(party, 4)
    await record_events(party)
    assert await seal_with_copy(party.restarted(), copy) == 1
    assert await seal_with_copy(party.restarted(), Copy(None)) == 0


async def test_a_copy_without_a_known_signature_is_a_contradiction(party: ServiceHarness) -> None:
    await sealed(party, 3)
    forged = Checkpoint(origin=ORIGIN, size=1, root=bytes(32))
    copy = Copy(sign_checkpoint(forged, [new_checkpoint_key()]))
    with pytest.raises(LogInconsistent, match="the log's copy is not accepted: no known key"):
        await seal_with_copy(party.restarted(), copy)


async def test_an_unreachable_copy_stops_only_an_instance_that_never_compared(
    party: ServiceHarness, tables: Tables
) -> None:
    await sealed(party, 3)
    copy = Copy((await tables.head())["Checkpoint"])
    copy.reachable = False
    other = party.restarted()
    await record_events(other)
    with pytest.raises(StorageUnavailable):
        await seal_with_copy(other, copy)
    copy.reachable = True
    assert await seal_with_copy(other, copy) == 1
    copy.reachable = False
    await record_events(other)
    assert await seal_with_copy(other, copy) == 1


# Keys


async def test_a_key_that_was_disabled_early_must_be_named_in_the_settings(
    party: ServiceHarness, tables: Tables, storage: Storage
) -> None:
    await sealed(party, 3)
    old, *_ = await party.keys.checkpoint_keys()
    party._checkpoint_key = new_checkpoint_key()
    assert "no known key has signed it" in await refused(party.restarted(), tables)
    named = party.restarted(CHECKPOINT_VERIFIERS=str(old.verifier(ORIGIN)))
    assert len(await record(named)) == 4
    assert (await checkpoint(party.restarted())).size == 4


# Reports


async def test_a_contradiction_is_logged_once_and_shown_in_health(
    party: ServiceHarness, tables: Tables, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    await sealed(party, 3, 3)
    continuity = party.service.trusted_log
    assert await continuity.find_contradiction() is None
    await rolled_back(tables)
    found = await continuity.find_contradiction()  # before sealing finds it
    assert found is not None
    assert found.what == "the log has 3 entries, and had 6 before"
    await record_events(party)
    began = clock.now
    with caplog.at_level(logging.ERROR, "touchstone.audit"), pytest.raises(LogInconsistent):
        await seal(party)
    (message,) = [each.getMessage() for each in caplog.records if each.levelname == "ERROR"]
    assert message.startswith(
        "the audit log contradicts itself, and is not extended: the log has 3"
    )
    clock.advance(hours=1)
    with pytest.raises(LogInconsistent):
        await seal(party)
    still = await continuity.find_contradiction()
    assert still is not None
    assert began < still.since < clock.now.replace(minute=0)


async def test_health_finds_a_changed_head_with_one_read(
    party: ServiceHarness, tables: Tables, transport: RecordingTransport
) -> None:
    await sealed(party, 3)
    other = party.restarted()
    transport.forget()
    assert await other.service.trusted_log.find_contradiction() is None
    assert transport.names == ["get AuditTree"]
    for act, message in ATTACKS.values():
        before = await tables.head()
        if act in (entry_changed_and_frontier_recomputed, head_of_the_wrong_form):
            await act(tables)
            found = await other.service.trusted_log.find_contradiction()
            assert found is not None
            assert message.replace("at 6", "at 3") in found.what
        await tables.put("AuditTree", before)


async def test_an_instance_that_seals_nothing_finds_a_rollback(
    party: ServiceHarness, tables: Tables
) -> None:
    other = party.restarted()
    for _ in range(2):
        await sealed(party, 3)
        assert await other.service.trusted_log.find_contradiction() is None
    await rolled_back(tables)
    found = await other.service.trusted_log.find_contradiction()
    assert found is not None
    assert found.what == "the log has 3 entries, and had 6 before"


async def test_an_instance_that_seals_nothing_finds_events_that_wait_too_long(
    party: ServiceHarness, clock: Clock
) -> None:
    clock.now = datetime.now(UTC)
    await record_events(party)
    other = party.restarted()
    assert await other.service.sealing.find_left() is None
    clock.advance(minutes=11)
    found = await other.service.sealing.find_left()
    assert found is not None
    assert found.what == "something has not been sealed for a long time"
    await seal(party)
    assert await other.service.sealing.find_left() is None


async def test_a_repaired_log_is_extended_again(party: ServiceHarness, tables: Tables) -> None:
    await sealed(party, 3)
    before = await tables.head()
    await head_without_a_checkpoint(tables)
    await refused(party, tables)
    await tables.put("AuditTree", before)
    assert len(await record(party)) == 4
    assert await party.service.trusted_log.find_contradiction() is None


async def test_many_instances_extend_an_honest_log(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    others = [party.restarted() for _ in range(3)]
    for number in (1, 120, 300, 5):
        for other in others:
            await sealed(other, number)
    assert len(await entries(party)) == 3 * 426
