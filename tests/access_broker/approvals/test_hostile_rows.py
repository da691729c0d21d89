"""Whoever can write rows can approve nothing."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from shared.access.approvals.approval import Approval
from shared.errors import NotFound, StorageUnavailable
from tests.access_broker.approvals.desk import Desk, Someone

type Row = dict[str, Any]
type Change = Callable[[Row], object]


def _approve(row: Row) -> None:
    state = json.loads(row["State"])
    row["State"] = json.dumps(state | {"status": "approved", "approvers": 0})


def _change_statement(row: Row) -> None:
    row["Statement"] = row["Statement"].replace("100", "999")


CHANGES: dict[str, Change] = {
    "approved": _approve,
    "another amount": _change_statement,
    "moved": lambda row: row.update(RowKey=row["RowKey"][:-1] + "0"),
    "no tag": lambda row: row.update(Tag=""),
    "no JSON": lambda row: row.update(State="{"),
    "a number": lambda row: row.update(State=1),
    "no statement": lambda row: row.pop("Statement"),
}


async def rewrite(desk: Desk, asked: Approval, change: Change) -> str:
    table = desk.party.storage.table("Approvals")
    row = await table.get("approvals", f"approval:{asked.id}")
    assert row is not None
    changed = dict(row)
    change(changed)
    await table.upsert(changed)
    return str(changed["RowKey"]).removeprefix("approval:")


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
async def test_a_row_that_others_wrote_is_as_if_it_were_not_there(
    desk: Desk, alice: Someone, change: Change
) -> None:
    asked = await desk.ask(alice)
    if asked.id.endswith("0"):  # so that it can be moved
        asked = await desk.ask(alice)
    found = await rewrite(desk, asked, change)
    with pytest.raises(NotFound):
        await desk.using.of_asker(found, alice.holder.handle)
    with pytest.raises(NotFound):
        await desk.following.one(found, by=alice.holder)
    listed = await desk.following.all(by=alice.holder)
    assert found not in [each.id for each in listed.asked]


async def test_the_columns_for_queries_are_never_believed(
    desk: Desk, alice: Someone, bob: Someone
) -> None:
    asked = await desk.ask(alice)
    await rewrite(desk, asked, lambda row: row.update(Status="approved", Asker="x", Profile="y"))
    assert (await desk.now(asked)) == asked
    await desk.approve(asked, bob)


async def test_a_receipt_of_other_bytes_is_not_given(
    desk: Desk, alice: Someone, bob: Someone
) -> None:
    asked = await desk.ask(alice)
    await desk.approve(asked, bob)
    assert (await desk.following.receipt(asked.id, by=bob.holder))["status"] == "approved"
    await rewrite(desk, asked, lambda row: row.update(Gesture0=b"{}"))
    with pytest.raises(StorageUnavailable):
        await desk.following.receipt(asked.id, by=bob.holder)
