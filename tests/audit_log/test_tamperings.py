"""Ways to tamper with the tables, and who finds each: rows of the table in docs/audit.md."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from shared.accounts.roles import Role
from shared.audit.checkpoint import Checkpoint, CheckpointKey, sign_checkpoint
from shared.audit.event import Actor, ActorType, Kind
from shared.audit.facts import Fact
from shared.audit.key_introduction import introduce
from shared.audit.merkle import leaf_hash, root_of
from shared.audit.statement import write_json
from shared.audit_log.search import EventQuery
from shared.errors import NotFound
from tests.audit_log.test_checkpoint_keys import with_checkpoint_keys
from tests.authenticator import SoftAuthenticator
from tests.fixed_keys import new_checkpoint_key
from tests.harness.administrators import identity
from tests.harness.finders import (
    ORIGIN,
    check_says,
    export,
    health_says,
    sealer_says,
    verifier_says,
)
from tests.harness.record import brief, checkpoint, record, seal
from tests.harness.service_harness import ServiceHarness
from tests.harness.tampering import Row, Tables
from tests.storage_transport import Storage
from tests.tamperings import assert_said, finder_of, tampering

OUTBOX, LOG, TREE = "AuditOutbox", "AuditLog", "AuditTree"
AUDITOR = identity(Role.AUDIT_READ)
ANNA, BERT = (Actor(standing=ActorType.USER, id=name, name=name) for name in ("anna", "bert"))


@pytest.fixture
def tables(storage: Storage) -> Tables:
    return Tables(storage)


async def record_events(party: ServiceHarness, number: int) -> None:
    for n in range(number):
        someone = (ANNA, BERT)[n % 2]
        await party.recorder.record(Kind.AUDIT_READ, actor=someone, facts={"n": n})
    await seal(party)


# Entries


async def changed(tables: Tables) -> None:
    await tables.change_entry(1, lambda leaf: leaf.update(outcome="failure"))


async def deleted(tables: Tables) -> None:
    await tables.delete(LOG, (await tables.entries())[1])


async def last_deleted(tables: Tables) -> None:
    await tables.delete(LOG, (await tables.entries())[-1])


async def inserted(tables: Tables) -> None:
    rows = await tables.entries()
    for row in reversed(rows[2:]):
        await tables.put(LOG, row | {"RowKey": f"{int(row['RowKey']) + 1:012d}"})


async def exchanged(tables: Tables) -> None:
    await _exchange(tables, lambda _name: True)


async def parts_exchanged(tables: Tables) -> None:
    await _exchange(tables, lambda name: name.startswith("Personal"))


async def _exchange(tables: Tables, which: Callable[[str], bool]) -> None:
    one, other = (await tables.entries())[1:3]
    keys = ("PartitionKey", "RowKey")
    for row, from_ in ((one, other), (other, one)):
        taken = {name: value for name, value in from_.items() if which(name) and name not in keys}
        await tables.put(LOG, row | taken)


async def search_changed(tables: Tables) -> None:
    row = (await tables.entries())[1]
    await tables.put(LOG, row | {"Actor": "nobody", "Outcome": "attempted", "Kind": "none"})


async def checkpoints_deleted(tables: Tables) -> None:
    for row in await tables.checkpoints():
        await tables.delete(TREE, row)


ON_ENTRIES: dict[str, Callable[[Tables], Awaitable[None]]] = {
    "An entry is changed": changed,
    "An entry is deleted": deleted,
    "The last entry is deleted": last_deleted,
    "An entry is inserted and the others move up": inserted,
    "Two entries are swapped": exchanged,
    "Parts of two entries are swapped": parts_exchanged,
    "The search columns of an entry are changed": search_changed,
    "The rows of earlier checkpoints are deleted": checkpoints_deleted,
}


@tampering("An entry is changed")
@tampering("An entry is deleted")
@tampering("The last entry is deleted")
@tampering("An entry is inserted and the others move up")
@tampering("Two entries are swapped")
@tampering("Parts of two entries are swapped")
@tampering("The search columns of an entry are changed")
@tampering("The rows of earlier checkpoints are deleted")
async def test_an_export_shows_tampered_entries(party: ServiceHarness, tables: Tables) -> None:
    for _ in range(2):
        await record_events(party, 3)
    honest = await verifier_says(party)
    before = {name: await tables.rows(name) for name in (LOG, TREE)}
    for what, act in ON_ENTRIES.items():
        await act(tables)
        output = await verifier_says(party)
        assert ("Verdict: something is wrong." in output) == (finder_of(what) == "verifier")
        if finder_of(what) == "check":
            output += await check_says(party)
        assert_said(what, output)
        await put_back(tables, before)
        assert await verifier_says(party) == honest


async def put_back(tables: Tables, before: dict[str, list[Row]]) -> None:
    for name, rows in before.items():
        for row in await tables.rows(name):
            await tables.delete(name, row)
        for row in rows:
            await tables.put(name, row)


@tampering("An erased personal part is put back")
async def test_a_kept_copy_of_an_erased_part_can_be_proven(
    party: ServiceHarness, tables: Tables
) -> None:
    await record_events(party, 1)
    (before,) = await tables.entries()
    (entry,) = await party.stores.log.entries(0, limit=1)
    await party.stores.log.forget_person(entry, key=await party.keys.statement_key())
    assert "1 erased or withheld" in await verifier_says(party)
    await tables.put(LOG, before)
    output = await verifier_says(party)
    assert "erased" not in output
    assert_said("An erased personal part is put back", output)


@tampering("The log is rolled back while no process runs, and is in no container")
async def test_a_rollback_is_found_with_a_kept_checkpoint(
    party: ServiceHarness, tables: Tables
) -> None:
    what = "The log is rolled back while no process runs, and is in no container"
    await record_events(party, 3)
    older = {name: await tables.rows(name) for name in (LOG, TREE)}
    await record_events(party, 3)
    kept = (await tables.head())["Checkpoint"]
    await put_back(tables, older)
    other = party.restarted()
    assert await sealer_says(other) == ""
    without = await verifier_says(other)
    assert "others may be shown another log" in without
    assert "Verdict: consistent with itself." in without
    assert_said(what, await verifier_says(other, seen=kept))
    await record_events(other, 9)  # and it grows beyond
    assert "rewritten" in await verifier_says(other, seen=kept)


# Events that wait to be sealed


@tampering("A row in the outbox is deleted")
@tampering("An outcome in the outbox is replaced by its notice")
async def test_a_row_deleted_before_sealing_is_not_missed(
    party: ServiceHarness, tables: Tables
) -> None:
    recorder, links = party.recorder, party.stores.links
    await recorder.record(Kind.AUDIT_READ)
    (row,) = await tables.rows(OUTBOX)
    await tables.delete(OUTBOX, row)
    output = [await sealer_says(party)]
    assert await tables.entries() == []
    attempt = recorder.attempt(Kind.PASS_DELETED)
    await attempt.announce(links.partition("other"))
    (notice,) = [row for row in await tables.rows(OUTBOX) if row["RowKey"] == attempt._event.id]
    await attempt.refuse(NotFound())
    await tables.put(OUTBOX, notice)
    output.append(await sealer_says(party))
    assert brief(await record(party)) == [("pass.deleted", "attempted")]
    assert output == ["", ""]
    assert "WRONG" not in await verifier_says(party)
    assert_said("A row in the outbox is deleted", output[0])
    assert_said("An outcome in the outbox is replaced by its notice", output[1])
    assert await check_says(party) == "tables and log agree\n"


@tampering("The event stored with a change is deleted")
async def test_a_change_without_its_event_is_found_by_the_check(
    party: ServiceHarness, tables: Tables, alices: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    (event,) = await party.storage.rows("Accounts", prefix="~event:")
    await tables.delete("Accounts", dict(event))
    assert await sealer_says(party) == ""
    assert brief(await record(party)) == [("registration.finished", "attempted")]
    assert_said("The event stored with a change is deleted", await check_says(party))


@tampering("A sealed row is put back, and the claim of its ID is deleted")
@tampering("A notice is put back, and the claim of its ID is deleted")
async def test_a_row_that_is_sealed_twice_is_found_by_the_verifier(
    party: ServiceHarness, tables: Tables
) -> None:
    recorder = party.recorder
    await recorder.record(Kind.AUDIT_READ)
    attempt = recorder.attempt(Kind.PASS_DELETED)
    await attempt.announce(party.stores.links.partition("other"))
    rows = await tables.rows(OUTBOX)
    await attempt.refuse(NotFound())
    await seal(party)
    for row in await tables.rows(TREE):
        if row["PartitionKey"].startswith("ids-"):
            await tables.delete(TREE, row)
    for row in rows:
        await tables.put(OUTBOX, row)
    assert await sealer_says(party) == ""
    output = await verifier_says(party)
    assert_said("A sealed row is put back, and the claim of its ID is deleted", output)
    assert_said("A notice is put back, and the claim of its ID is deleted", output)


@tampering("A credential is planted without an event")
async def test_a_sign_in_with_a_planted_key_is_found(
    party: ServiceHarness, tables: Tables, mallorys: SoftAuthenticator
) -> None:
    await party.register(mallorys, "mallory")
    for row in await tables.rows(OUTBOX):
        await tables.delete(OUTBOX, row)
    await party.sign_in(mallorys, "mallory")
    assert await sealer_says(party) == ""
    output = await verifier_says(party), await check_says(party)
    assert_said("A credential is planted without an event", *output)


# Keys


async def rewritten(tables: Tables, key: CheckpointKey) -> None:
    """Rewrite the log, and sign it with that key."""
    await tables.change_entry(0, lambda leaf: leaf.update(outcome="failure"))
    await tables.recompute_frontier()
    leaves = [leaf_hash(row["Leaf"]) for row in await tables.entries()]
    whole = Checkpoint(origin=ORIGIN, size=len(leaves), root=root_of(leaves))
    await tables.put(TREE, await tables.head() | {"Checkpoint": sign_checkpoint(whole, [key])})
    await checkpoints_deleted(tables)


@tampering("The key holder signs a rewritten log, and tags events")
@tampering("The key holder shows that log to an auditor who trusts only the retired key")
async def test_signatures_of_a_retired_key_are_not_accepted(
    party: ServiceHarness, tables: Tables
) -> None:
    old, new = new_checkpoint_key(), new_checkpoint_key()
    first = with_checkpoint_keys(party, old)
    await record_events(first, 3)
    both = with_checkpoint_keys(first, old, new)
    await both.service.configuration_watch.detect_changes()
    await record_events(both, 1)
    last = with_checkpoint_keys(both, new)
    await record_events(last, 1)
    await with_checkpoint_keys(last, old).recorder.record(Kind.ACCOUNT_SUSPENDED)
    output = await sealer_says(last)
    await rewritten(tables, old)
    output += await health_says(with_checkpoint_keys(last, new))
    newest = await verifier_says(last, keys=[new])
    assert_said("The key holder signs a rewritten log, and tags events", output, newest)
    fooled = await verifier_says(last, keys=[old])
    assert "Verdict: consistent with itself." in fooled
    assert_said(
        "The key holder shows that log to an auditor who trusts only the retired key", fooled
    )


@tampering("The instance records a new key that no known key introduces")
@tampering("The instance records a sign-in that no authenticator made")
@tampering("The instance records one assertion twice")
@tampering("The instance records any other false event, or omits a true one")
async def test_an_instance_can_invent_events_but_no_signature(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    recorder, outbox = party.recorder, party.stores.outbox
    await party.register(alices, "alice")
    await party.sign_in(alices, "alice")
    *_, sign_in = await record(party)
    await recorder.record(Kind.ACCOUNT_SUSPENDED, target=ANNA)
    assert await sealer_says(party) == ""
    invented = await verifier_says(party)
    assert "Verdict: consistent with itself." in invented
    assert_said("The instance records any other false event, or omits a true one", invented)
    eve = new_checkpoint_key()
    note = introduce(eve, origin=ORIGIN, by=[eve])
    verifier = str(eve.verifier(ORIGIN))
    facts: dict[str, Fact] = {"key": "checkpoint", "verifier": verifier, "introduction": note}
    await recorder.record(Kind.SIGNING_KEY_ROTATED, facts=facts)
    await recorder.record(Kind.AUTHENTICATION, target=ANNA)
    await seal(party)
    entry = (await party.stores.log.entries(0, limit=9))[1]
    assert entry.statement.id == sign_in["id"]
    again = write_json(sign_in | {"id": sign_in["id"][:-2] + "00"})
    await outbox.put(replace(entry.statement, leaf=again, key=await recorder.writer.key()))
    assert await sealer_says(party) == ""
    output = await verifier_says(party)
    assert_said("The instance records a new key that no known key introduces", output)
    assert_said("The instance records a sign-in that no authenticator made", output)
    assert_said("The instance records one assertion twice", output)


@tampering("The instance signs another log for one reader")
async def test_two_histories_are_found_with_both_checkpoints(party: ServiceHarness) -> None:
    await record_events(party, 3)
    key, *_ = await party.keys.checkpoint_keys()
    signed = await checkpoint(party)
    other = sign_checkpoint(replace(signed, root=bytes(32)), [key])
    lines = [*await export(party), json.dumps({"checkpoint": other}).encode()]
    assert_said(
        "The instance signs another log for one reader",
        await verifier_says(party, lines=lines),
        await verifier_says(party, seen=other),
    )


# Operators and readers


@tampering("The operator accepts somebody else's rows by AUDIT_UNTAGGED_BEFORE")
@tampering("The operator changes a setting and its recorded value")
async def test_a_changed_setting_is_recorded_unless_its_known_value_is_forged(
    party: ServiceHarness, tables: Tables
) -> None:
    vouching = party.restarted(AUDIT_UNTAGGED_BEFORE="2999-01-01T00:00:00Z")
    forged: list[Row] = []
    for other in (party, vouching, party):
        await other.service.configuration_watch.detect_changes()
        forged = forged or await tables.rows(TREE, partition="known") * (other is vouching)
    events = [str(event) for event in await record(party) if event["kind"] == "policy.changed"]
    assert len(events) == 3
    what = "The operator accepts somebody else's rows by AUDIT_UNTAGGED_BEFORE"
    assert_said(what, *events[1:])
    for row in forged:
        if "State" in row:
            await tables.put(TREE, row)
    await vouching.service.configuration_watch.detect_changes()
    later = [event for event in await record(party) if event["kind"] == "policy.changed"]
    assert len(later) == 3
    what = "The operator changes a setting and its recorded value"
    assert_said(what, await check_says(vouching))
    await party.service.configuration_watch.detect_changes()
    await seal(party)
    assert await check_says(party) == "tables and log agree\n"


@tampering("A reader reads events")
async def test_a_read_of_events_is_recorded(party: ServiceHarness) -> None:
    await record_events(party, 1)
    await party.service.log_reader.events(EventQuery(limit=9), by=AUDITOR)
    assert_said("A reader reads events", str(await record(party)))
