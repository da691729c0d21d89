"""A foreign writer to the tables cannot make the service record an act that did not happen."""

import json
from collections.abc import Awaitable, Callable

import pytest

from shared import base64url
from shared.audit.event import Actor, ActorType, Kind
from shared.audit.key_introduction import introduce
from shared.audit.statement import write_json
from shared.errors import LogInconsistent
from tests.authenticator import SoftAuthenticator
from tests.fixed_keys import new_checkpoint_key
from tests.harness.record import brief, record, seal
from tests.harness.service_harness import SETTINGS, ServiceHarness
from tests.harness.tampering import Row, Tables
from tests.storage.records import new_handle
from tests.storage_transport import Storage
from tests.tamperings import assert_said, tampering

ORIGIN = SETTINGS["RP_ID"]
OUTBOX = "AuditOutbox"
SOMEBODY = Actor(standing=ActorType.USER, id="somebody", name="Somebody")


@pytest.fixture
def tables(storage: Storage) -> Tables:
    return Tables(storage)


def changed(row: Row, **members: object) -> Row:
    return row | {"Leaf": write_json(json.loads(row["Leaf"]) | members)}


def under(row: Row, event_id: str) -> Row:
    return changed(row, id=event_id) | {"PartitionKey": event_id[-1], "RowKey": event_id}


async def another_outcome(tables: Tables, row: Row) -> None:
    await tables.put(OUTBOX, changed(row, outcome="failure"))


async def another_id(tables: Tables, row: Row) -> None:
    await tables.delete(OUTBOX, row)
    last = "1" if row["RowKey"].endswith("0") else "0"
    await tables.put(OUTBOX, under(row, row["RowKey"][:-1] + last))


async def another_shard(tables: Tables, row: Row) -> None:
    await tables.delete(OUTBOX, row)
    await tables.put(OUTBOX, row | {"PartitionKey": "00"})


async def another_person(tables: Tables, row: Row) -> None:
    content = write_json({"actorName": "eve"})
    await tables.put(OUTBOX, row | {"Personal": content, "PersonalSalt": bytes(16)})


async def no_person(tables: Tables, row: Row) -> None:
    await tables.put(OUTBOX, row | {"Personal": b"", "PersonalSalt": b""})


async def no_tag(tables: Tables, row: Row) -> None:
    await tables.put(OUTBOX, row | {"Tag": ""})


async def the_tag_of_another(tables: Tables, row: Row) -> None:
    await tables.put(OUTBOX, row | {"Tag": f"{row['Tag'].partition('.')[0]}.{'A' * 43}"})


async def no_columns(tables: Tables, row: Row) -> None:
    await tables.put(OUTBOX, {name: row[name] for name in ("PartitionKey", "RowKey")})


async def text_for_bytes(tables: Tables, row: Row) -> None:
    await tables.put(OUTBOX, row | {"Leaf": "text"})


CHANGES: list[Callable[[Tables, Row], Awaitable[None]]] = [
    *(another_outcome, another_id, another_shard, another_person, no_person, no_tag),
    *(the_tag_of_another, no_columns, text_for_bytes),
]


@tampering("A row in the outbox is changed or moved")
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
async def test_a_changed_row_is_not_sealed_and_does_not_stop_sealing(
    party: ServiceHarness, tables: Tables, change: Callable[[Tables, Row], Awaitable[None]]
) -> None:
    recorder = party.recorder
    await recorder.record(Kind.AUDIT_READ, actor=SOMEBODY)
    (row,) = await tables.rows(OUTBOX)
    await change(tables, row)
    await recorder.record(Kind.ACCOUNT_READ)
    assert brief(await record(party)) == [("account.read", "success")]
    assert len(await tables.rows(OUTBOX)) == 1
    found = party.service.sealing.contradiction
    assert found is not None
    assert found.what.startswith("1 rows in the outbox")
    assert_said("A row in the outbox is changed or moved", found.what)


@tampering("An event is forged in the outbox, such as that of a new key")
async def test_a_forged_event_does_not_introduce_a_key(
    party: ServiceHarness, tables: Tables
) -> None:
    """It has the form of the honest row next to it."""
    await party.recorder.record(Kind.AUDIT_READ)
    (row,) = await tables.rows(OUTBOX)
    eve = new_checkpoint_key()
    facts = {
        "key": "checkpoint",
        "verifier": str(eve.verifier(ORIGIN)),
        "introduction": introduce(eve, origin=ORIGIN, by=[eve]),
    }
    invented = changed(row, kind="signing-key.rotated", facts=facts)
    await tables.put(OUTBOX, under(invented, "00000000-0000-7000-8000-000000000000"))
    assert brief(await record(party)) == [("audit.read", "success")]
    assert len(await tables.rows(OUTBOX)) == 1
    what = "An event is forged in the outbox, such as that of a new key"
    assert_said(what, str(party.service.sealing.contradiction))


async def test_a_notice_without_its_places_is_not_sealed(
    party: ServiceHarness, tables: Tables, alices: SoftAuthenticator
) -> None:
    attempt = party.recorder.attempt(Kind.PASS_ISSUED)
    await attempt.announce(party.stores.links.partition("somebody"))
    (row,) = await tables.rows(OUTBOX)
    for places in ("", "Links/elsewhere"):
        await tables.put(OUTBOX, row | {"Places": places})
        assert await seal(party) == 0
        assert party.service.sealing.contradiction is not None
    assert (
        await party.storage.rows("Links") == []
    )  # no tombstone in a place that a foreign row names


@tampering("An event stored with a change is forged, changed or moved")
async def test_an_event_stored_without_its_change_is_not_sealed(
    party: ServiceHarness, tables: Tables
) -> None:
    """The notice is honest; the row in the place of its success is forged."""
    recorder = party.recorder
    place = party.stores.links.partition("somebody")
    attempt = recorder.attempt(Kind.PASS_ISSUED)
    await attempt.announce(place)
    (row,) = await tables.rows(OUTBOX)
    keys = {"PartitionKey": place.key, "RowKey": f"~event:{row['RowKey']}"}
    unchanged = {name: value for name, value in row.items() if name != "Places"} | keys
    for planted in (unchanged, changed(unchanged, outcome="success"), keys | {"Leaf": "text"}):
        await tables.put("Links", planted)
        assert await seal(party) == 0
        what = "An event stored with a change is forged, changed or moved"
        assert_said(what, str(party.service.sealing.contradiction))
    await tables.delete("Links", keys)
    assert brief(await record(party)) == [("pass.issued", "attempted")]


async def test_an_event_moved_to_another_place_is_not_sealed(
    party: ServiceHarness, tables: Tables
) -> None:
    links, recorder = party.stores.links, party.recorder
    attempt = recorder.attempt(Kind.PASS_ISSUED)
    await attempt.announce(links.partition("one"), links.partition("other"))
    await links.add("one", new_handle(), event=attempt.success())
    (event,) = await party.storage.rows("Links", prefix="~event:")
    moved = dict(event) | {"PartitionKey": links.partition("other").key}
    await tables.delete("Links", dict(event))
    await tables.put("Links", moved)
    assert await seal(party) == 0
    assert party.service.sealing.contradiction is not None


async def test_many_foreign_rows_do_not_stop_sealing(
    party: ServiceHarness, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.audit_log.sealing._READ", 5)
    await party.recorder.record(Kind.AUDIT_READ)
    (row,) = await tables.rows(OUTBOX)
    await tables.delete(OUTBOX, row)
    for number in range(23):
        await tables.put(OUTBOX, under(row, f"00000000-0000-7000-8000-0000000000{number:02x}"))
    await party.recorder.record(Kind.ACCOUNT_READ)
    assert brief(await record(party)) == [("account.read", "success")]
    found = party.service.sealing.contradiction
    assert found is not None
    assert found.what.startswith("23 rows")


async def test_foreign_entries_after_the_head_are_refused(
    party: ServiceHarness, tables: Tables
) -> None:
    for kind in (Kind.AUDIT_READ, Kind.ACCOUNT_READ):
        await party.recorder.record(kind)
        await seal(party)
    _, last = await tables.entries()
    for planted in (last, changed(last, id="00000000-0000-7000-8000-000000000000")):
        await tables.put("AuditLog", planted | {"RowKey": f"{2:012d}"})
        with pytest.raises(LogInconsistent, match="that the service did not append"):
            await seal(party)


async def test_untagged_rows_are_sealed_if_the_operator_allows_it(
    party: ServiceHarness, tables: Tables
) -> None:
    await party.recorder.record(Kind.AUDIT_READ)
    (row,) = await tables.rows(OUTBOX)
    await tables.put(OUTBOX, row | {"Tag": ""})
    assert await seal(party.restarted(AUDIT_UNTAGGED_BEFORE="2020-01-01T00:00:00Z")) == 0
    assert await seal(party.restarted(AUDIT_UNTAGGED_BEFORE="2999-01-01T00:00:00Z")) == 1


async def test_tags_are_only_in_the_tables(party: ServiceHarness, tables: Tables) -> None:
    await party.recorder.record(Kind.AUDIT_READ)
    (row,) = await tables.rows(OUTBOX)
    key, *_ = await party.keys.checkpoint_keys()
    assert base64url.encode(key.private.private_bytes_raw()) not in str(row)
    await seal(party)
    lines = [line async for line in party.service.exporting.lines()]
    assert row["Tag"].partition(".")[2] not in str(lines)
