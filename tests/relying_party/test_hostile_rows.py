"""Forged rows in the tables are reported, or do no harm."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from shared.audit.event import Actor, ActorType, Kind
from shared.errors import LogInconsistent, StorageUnavailable
from tests.harness.record import brief, checkpoint, record, seal
from tests.harness.service_harness import Clock, ServiceHarness, new_authenticator
from tests.harness.tampering import Tables
from tests.storage.records import new_handle
from tests.storage_transport import Call, RecordingTransport, Send, Storage
from tests.tamperings import assert_said, tampering

NAMES = ("alice", "mallory")
MANY = 300
"""Calls: more than anything here needs."""


@pytest.fixture
def tables(storage: Storage) -> Tables:
    return Tables(storage)


@pytest.fixture(autouse=True)
def has_an_end(transport: RecordingTransport) -> None:
    async def fault(_call: Call, send: Send) -> object:
        assert len(transport.calls) < MANY, "it goes on for ever"
        return await send()

    transport.fault = fault


async def sealed(party: ServiceHarness, *numbers: int) -> None:
    for number in numbers:
        for n in range(number):
            await party.recorder.record(Kind.AUDIT_READ, facts={"n": n})
        await seal(party)


async def text_behind_the_head(tables: Tables) -> None:
    (*_, last) = await tables.entries()
    await tables.put("AuditLog", last | {"RowKey": f"{6:012d}", "Leaf": "text"})


async def no_hash_of_a_leaf(tables: Tables) -> None:
    row = (await tables.entries())[1]
    del row["LeafHash"]
    await tables.put("AuditLog", row)


async def bytes_for_a_checkpoint(tables: Tables) -> None:
    await tables.put("AuditTree", await tables.head() | {"Checkpoint": b"bytes"})


async def a_checkpoint_of_very_many(tables: Tables) -> None:
    note = "touchstone.example\n" + "9" * 5000 + "\n" + "A" * 43 + "=\n\n"
    await tables.put("AuditTree", await tables.head() | {"Checkpoint": note})


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (text_behind_the_head, "an entry of the log cannot be read"),
        (no_hash_of_a_leaf, "a hash of the log cannot be read"),
        (bytes_for_a_checkpoint, "the row of the log's head cannot be read"),
        (a_checkpoint_of_very_many, "it is not the text of a checkpoint"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
async def test_an_unreadable_row_is_reported_as_a_contradiction(
    party: ServiceHarness, tables: Tables, act: Callable[[Tables], Awaitable[None]], message: str
) -> None:
    await sealed(party, 3)
    await sealed(party.restarted(), 3)
    await act(tables)
    with pytest.raises(LogInconsistent, match=message):
        await seal(party)
    found = await party.service.trusted_log.find_contradiction()
    assert found is not None
    assert message in found.what


async def test_a_forged_claim_does_not_stop_sealing(party: ServiceHarness, tables: Tables) -> None:
    await sealed(party, 1)
    await party.recorder.record(Kind.ACCOUNT_READ)
    (row,) = await tables.rows("AuditOutbox")
    keys = {"PartitionKey": f"ids-{row['RowKey'][:7]}", "RowKey": row["RowKey"]}
    for first in ({}, {"First": "x"}, {"First": f"{10**11:012d}"}):
        await tables.put("AuditTree", keys | first)
        statement = (await party.stores.outbox.read(limit=1))[0].statement
        assert await party.stores.event_ids.claim(1, [statement]) == {}
    assert brief(await record(party))[1:] == [("account.read", "success")]


@pytest.mark.parametrize("tidy", [f"{0:012d}", "-5"])
async def test_a_forged_mark_does_not_cause_a_read_of_the_whole_log(
    party: ServiceHarness, tables: Tables, tidy: str, transport: RecordingTransport
) -> None:
    await sealed(party, 1)
    (entry,) = await tables.entries()
    await tables.delete("AuditLog", entry)
    await tables.put("AuditTree", await tables.head() | {"Tidy": tidy})
    await sealed(party.restarted(), 1)
    assert int((await tables.head())["Tidy"]) == 2


async def test_a_log_without_its_last_entry_is_exported_up_to_the_gap(
    party: ServiceHarness, tables: Tables
) -> None:
    await sealed(party, 3)
    await tables.delete("AuditLog", (await tables.entries())[2])
    lines = [line async for line in party.service.exporting.lines()]
    assert [next(iter(line)) for line in lines] == ["log", "entry", "entry", "checkpoint"]


async def test_an_export_leaves_out_a_malformed_checkpoint(
    party: ServiceHarness, tables: Tables
) -> None:
    await sealed(party, 2, 1)
    (first, _) = await tables.checkpoints()
    for number, note in enumerate(({}, {"Note": "x"}, {"Note": "x\n" + "9" * 5000}), 1):
        row = {"PartitionKey": "checkpoints", "RowKey": f"{number:012d}-"}
        await tables.put("AuditTree", row | note)
    lines = [line async for line in party.service.exporting.lines()]
    assert [line["checkpoint"] for line in lines if "checkpoint" in line] == [
        first["Note"],
        (await tables.head())["Checkpoint"],
    ]


async def test_a_malformed_mark_does_not_stop_a_sweep(
    party: ServiceHarness, tables: Tables
) -> None:
    for number, places in enumerate(({}, {"Places": "no table/x"}, {"Places": "Links/a#b"})):
        row = {"PartitionKey": "tombstones-2020010100", "RowKey": str(number)}
        await tables.put("AuditOutbox", row | places)
    now = int((await party.stores.outbox.now()).timestamp())
    assert await party.stores.outbox.tombstones.sweep(now=now, limit=10) == 3
    assert await tables.rows("AuditOutbox") == []


async def test_a_policy_is_recorded_again_after_its_known_state_was_forged(
    party: ServiceHarness, tables: Tables
) -> None:
    await party.service.configuration_watch.detect_changes()
    await seal(party)
    for row in await tables.rows("AuditTree", partition="known"):
        await tables.put("AuditTree", row | {"State": "none"})
    await party.service.configuration_watch.detect_changes()
    kinds = [event["kind"] for event in await record(party)]
    assert kinds.count("policy.changed") == 2


async def test_a_tombstone_does_not_remove_the_event_of_a_change(
    party: ServiceHarness, tables: Tables
) -> None:
    """The change was made just before its deadline, and sealing has not run since."""
    attempt = party.recorder.attempt(Kind.PASS_ISSUED)
    place = party.stores.links.partition("somebody")
    await attempt.announce(place)
    (notice,) = await party.stores.outbox.read(limit=1)
    await party.stores.links.add("somebody", new_handle(), event=attempt.success())
    now = await party.stores.outbox.now()
    tombstones = party.stores.outbox.tombstones
    assert not await tombstones.put(notice.statement, (place,), now=now)
    later = int((now + timedelta(hours=26)).timestamp())
    assert await tombstones.sweep(now=later, limit=10) == 1
    assert brief(await record(party)) == [("pass.issued", "success")]


async def test_an_erasure_does_not_sign_a_forged_entry(
    party: ServiceHarness, tables: Tables
) -> None:
    """What it leaves of an entry has the tag of the service. Behind a head that was set back it
    would be signed again."""
    reader = Actor(standing=ActorType.USER, id="somebody", name="Somebody")
    await sealed(party, 1)
    head = await tables.head()
    await party.recorder.record(Kind.ACCOUNT_READ, actor=reader)
    await seal(party)
    before = await checkpoint(party)
    (_, row) = await tables.entries()
    await tables.change_entry(1, lambda leaf: leaf.update(kind="account.suspended"))
    log, key = party.stores.log, await party.keys.statement_key()
    (entry,) = await log.entries(1, limit=1)
    await log.forget_person(entry, key=key)
    await tables.put("AuditTree", head)
    with pytest.raises(LogInconsistent, match="that the service did not append"):
        await seal(party.restarted())
    # An erasure of what the service wrote leaves a log that sealing can continue.
    await tables.put("AuditLog", row)
    (entry,) = await log.entries(1, limit=1)
    await log.forget_person(entry, key=key)
    other = party.restarted()
    await seal(other)
    assert (await checkpoint(other)).root == before.root


async def test_a_session_that_names_another_account_cannot_be_read(
    party: ServiceHarness, tables: Tables, storage: Storage, transport: RecordingTransport
) -> None:
    """Its tokens would be those of the other account, and no refresh would find its row again."""
    keys = new_authenticator(), new_authenticator()
    alice, _ = [await party.register(key, name) for key, name in zip(keys, NAMES, strict=True)]
    tokens = (await party.sign_in(keys[1])).tokens
    (row,) = await storage.rows("Accounts", prefix="session:")
    await tables.put("Accounts", dict(row) | {"UserHandle": bytes(alice.user_handle)})
    transport.forget()
    with pytest.raises(StorageUnavailable):
        await party.refresh(tokens.refresh_token)
    assert "transact Accounts" not in transport.names


# Time


@pytest.fixture
def now(clock: Clock) -> datetime:
    """The time of storage."""
    clock.now = datetime.now(UTC)
    return clock.now


@tampering("A notice is written repeatedly to delay it")
async def test_a_notice_written_repeatedly_delays_sealing_by_twenty_minutes(
    party: ServiceHarness, tables: Tables, clock: Clock, now: datetime
) -> None:
    sealing = party.service.sealing
    until = now + timedelta(hours=1)
    for minutes, count in ((15, 0), (21, 1)):
        clock.now = now - timedelta(minutes=minutes)
        attempt = party.recorder.attempt(Kind.PASS_ISSUED)
        await attempt.announce(party.stores.links.partition(f"somebody-{minutes}"))
        # As it was written this moment, its time by storage is no older than if it were so anew.
        assert await sealing.seal(until=until) == count
    (sealed_one,) = await tables.entries()
    assert sealed_one["Outcome"] == "attempted"
    assert_said("A notice is written repeatedly to delay it")


@tampering("A sealed row is put back hours later, and the claim of its ID is deleted")
async def test_a_row_restored_hours_later_is_not_sealed_again(
    party: ServiceHarness, tables: Tables, clock: Clock, now: datetime
) -> None:
    """No claim of its ID is left."""
    clock.now = now - timedelta(hours=2)
    await party.recorder.record(Kind.AUDIT_READ)
    (row,) = await tables.rows("AuditOutbox")
    clock.now = now
    assert await seal(party.restarted(AUDIT_UNTAGGED_BEFORE="2999-01-01T00:00:00Z")) == 1
    for claim in await tables.rows("AuditTree", partition=f"ids-{row['RowKey'][:7]}"):
        await tables.delete("AuditTree", claim)
    await tables.put("AuditOutbox", row)
    assert await seal(party) == 0
    found = party.service.sealing.contradiction
    assert found is not None
    assert found.what.startswith("1 rows in the outbox that the service did not record")
    assert len(await tables.entries()) == 1
    what = "A sealed row is put back hours later, and the claim of its ID is deleted"
    assert_said(what, found.what)
