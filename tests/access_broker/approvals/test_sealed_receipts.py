"""A receipt has the proofs of its events as soon as they are sealed, and never waits for them."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from shared.access.approvals.approval import Approval
from tests.access_broker.approvals.desk import Desk, Someone
from tests.harness.record import seal
from tests.harness.tampering import Row, Tables
from tests.storage_faults import unreachable
from tests.storage_transport import Call, RecordingTransport, Send

SHOWN = {"index", "leaf", "evidence", "proof"}
PUBLIC = {
    *("v", "id", "at", "kind", "outcome", "target", "actor", "credential", "origin", "facts"),
    *("rpId", "tenant", "personal", "evidence"),
}
LOG = ("get AuditTree", "query AuditTree", "query AuditLog")


@pytest.fixture
async def used(desk: Desk, alice: Someone, bob: Someone) -> Approval:
    asked = await desk.ask(alice)
    await desk.approve(asked, bob)
    await desk.using.use_custom(asked.id, by=alice.holder)
    return asked


async def sealed_in(desk: Desk, asked: Approval, by: Someone) -> Any:  # noqa: ANN401
    return (await desk.following.receipt(asked.id, by=by.holder))["checkpoint"]


async def test_the_events_are_in_it_when_they_are_sealed(
    desk: Desk, used: Approval, alice: Someone, bob: Someone
) -> None:
    assert await sealed_in(desk, used, alice) is None
    await seal(desk.party)
    receipt = await desk.following.receipt(used.id, by=alice.holder)
    leaves = [json.loads(each["leaf"]) for each in receipt["checkpoint"]["entries"]]
    named = [receipt["gestures"][0]["event"], receipt["use"]["event"]]
    assert [leaf["id"] for leaf in leaves] == named
    assert [leaf["kind"] for leaf in leaves] == ["approval.given", "approval.used"]
    note = (await desk.party.stores.log.head()).checkpoint
    assert receipt["checkpoint"]["note"] == note


async def test_what_is_sealed_before_the_rest_is_in_it(
    desk: Desk, alice: Someone, bob: Someone
) -> None:
    asked = await desk.ask(alice)
    await seal(desk.party)
    assert await sealed_in(desk, asked, alice) is None
    await desk.approve(asked, bob)
    await seal(desk.party)
    await desk.using.use_custom(asked.id, by=alice.holder)
    (entry,) = (await sealed_in(desk, asked, alice))["entries"]
    assert json.loads(entry["leaf"])["kind"] == "approval.given"


async def test_an_entry_that_no_checkpoint_covers_yet_is_not_in_it(
    desk: Desk, alice: Someone, bob: Someone, caplog: pytest.LogCaptureFixture
) -> None:
    asked = await desk.ask(alice)
    await desk.approve(asked, bob)
    await seal(desk.party)
    tables = Tables(desk.party.storage)
    before = await tables.head()
    await desk.using.use_custom(asked.id, by=alice.holder)
    await seal(desk.party)
    assert len((await sealed_in(desk, asked, alice))["entries"]) == 2
    await tables.put("AuditTree", before)  # as if sealing had stopped before the head moved on
    assert len((await sealed_in(desk, asked, alice))["entries"]) == 1
    assert "contradicts itself" not in caplog.text


async def test_nobody_learns_personal_data_from_an_entry(
    desk: Desk, used: Approval, alice: Someone
) -> None:
    await seal(desk.party)
    found = await sealed_in(desk, used, alice)
    assert set(found) == {"note", "entries"}
    for entry in found["entries"]:
        assert set(entry) <= SHOWN
        assert set(json.loads(entry["leaf"])) <= PUBLIC
    for personal in ("alice", "bob", "198.51.100", "userAgent", "address"):
        assert personal not in json.dumps(found)


async def test_it_costs_few_calls(
    desk: Desk, used: Approval, alice: Someone, transport: RecordingTransport
) -> None:
    def calls() -> list[str]:
        names = [name for name in transport.names if name in LOG]
        transport.forget()
        return names

    transport.forget()
    await sealed_in(desk, used, alice)
    assert calls() == ["get AuditTree"]
    await seal(desk.party)
    transport.forget()
    await sealed_in(desk, used, alice)
    # The head; the IDs and the batches of two events; one group of hashes, which they share.
    assert sorted(calls()) == ["get AuditTree"] * 3 + ["query AuditLog"] * 3


async def _other_leaf(tables: Tables, row: Row) -> None:
    await tables.put("AuditLog", row | {"Leaf": row["Leaf"].replace(b"success", b"failure")})


async def _unreadable_leaf(tables: Tables, row: Row) -> None:
    await tables.put("AuditLog", row | {"Leaf": b"[]"})


async def _other_evidence(tables: Tables, row: Row) -> None:
    await tables.put("AuditLog", row | {"Evidence": b"{}"})


async def _no_evidence(tables: Tables, row: Row) -> None:
    await tables.put("AuditLog", row | {"Evidence": b"", "EvidenceSalt": b""})


async def _other_hash(tables: Tables, row: Row) -> None:
    await tables.put("AuditLog", row | {"LeafHash": b"short"})


async def _other_head(tables: Tables, row: Row) -> None:
    await tables.put("AuditTree", await tables.head() | {"Checkpoint": "touchstone.example\n9\n"})


@pytest.mark.parametrize(
    "change",
    [_other_leaf, _unreadable_leaf, _other_evidence, _no_evidence, _other_hash, _other_head],
)
async def test_a_log_that_others_changed_proves_nothing_and_refuses_nothing(
    desk: Desk,
    used: Approval,
    alice: Someone,
    caplog: pytest.LogCaptureFixture,
    change: Callable[[Tables, Row], Any],
) -> None:
    await seal(desk.party)
    assert await sealed_in(desk, used, alice)
    tables = Tables(desk.party.storage)
    (row,) = [each for each in await tables.entries() if each["Kind"] == "approval.given"]
    await change(tables, row)
    assert await sealed_in(desk, used, alice) is None
    assert "the audit log contradicts itself: a receipt is without its proofs" in caplog.text


async def test_a_log_that_cannot_be_read_refuses_nothing(
    desk: Desk, used: Approval, alice: Someone, transport: RecordingTransport
) -> None:
    async def fault(call: Call, send: Send) -> object:
        return await (unreachable(send) if call.name in LOG else send())

    await seal(desk.party)
    transport.fault = fault
    receipt = await desk.following.receipt(used.id, by=alice.holder)
    transport.fault = None
    assert receipt["gestures"]
    assert receipt["checkpoint"] is None
