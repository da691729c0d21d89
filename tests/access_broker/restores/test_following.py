"""Restores are followed whatever Azure forgets, and whatever others wrote among them."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from shared.access.restores.restore import Status
from shared.storage.access.approvals import PARTITION
from shared.storage.audit.statements import NoEvent
from shared.storage.tables.table import Operation
from tests.access_broker.restores.broker import Broker


@pytest.mark.parametrize("minutes", [1, 60])
async def test_a_job_is_looked_for_when_azure_forgot_the_operation(
    broker: Broker, minutes: int
) -> None:
    """However late that is found out: no restore is given up without a look at the jobs."""
    approval = await broker.intend()
    await broker.follow()
    assert await broker.status(approval) is Status.ACCEPTED
    broker.server.gone = True
    await broker.follow(minutes=minutes)
    await broker.follow()
    found = await broker.following.changes.find(approval)
    assert found is not None
    assert (found.restore.status, found.restore.job) == (Status.RUNNING, broker.server.jobs[0].id)


@pytest.mark.parametrize("status", [400, 401, 403])
async def test_a_job_is_looked_for_when_azure_refuses_the_address_of_the_operation(
    broker: Broker, status: int
) -> None:
    """Its signature may have expired."""
    approval = await broker.intend()
    await broker.follow()
    broker.server.failures = [(status, {})]
    await broker.follow(minutes=1)
    assert broker.server.failures == []
    assert await broker.status(approval) is Status.RUNNING


ROWS: dict[str, Mapping[str, object]] = {
    "no content": {"Restore": None},
    "a number": {"Restore": 7},
    "no seal": {"Restore": "AAAA"},
}


@pytest.mark.parametrize("changes", ROWS.values(), ids=ROWS)
async def test_rows_of_somebody_else_hold_up_no_restore(
    broker: Broker, changes: Mapping[str, object]
) -> None:
    """More than one batch of them, before and among ours."""
    approval = await broker.intend(99)
    table = broker.party.parts.table("Approvals")
    row = await table.get(PARTITION, f"restore:{approval}")
    assert row is not None
    for number in range(6):
        forged = {**dict(row), "RowKey": f"restore:{approval[:-2]}{number:02}", **changes}
        kept = {name: value for name, value in forged.items() if value is not None}
        assert await table.transact([Operation("create", kept)])
    await broker.follow()
    assert await broker.status(approval) is Status.ACCEPTED


async def test_a_look_that_failed_is_no_look(broker: Broker) -> None:
    """Azure loses an answer, and cannot be asked for an hour."""
    approval = await broker.intend()
    broker.server.loses = "/restore"
    await broker.follow()
    broker.tokens.is_down = True
    for _ in range(5):
        await broker.follow(minutes=15)
    assert await broker.status(approval) is Status.POSTING
    broker.tokens.is_down = False
    await broker.follow(minutes=15)
    assert await broker.status(approval) is Status.RUNNING
    assert len(broker.server.restores) == 1


async def test_an_action_that_cannot_be_read_holds_up_no_other_one(broker: Broker) -> None:
    """An earlier version of the service has sealed it, which had other rules."""
    broken, good = await broker.intend(1), await broker.intend(2)
    changes = broker.following.changes
    found = await changes.find(broken)
    assert found is not None
    order = replace(found.record.order, details={"type": "another"})
    kept = await changes.keep(replace(found.record, order=order))
    event = NoEvent("a test")
    assert await broker.following.store.change(found.stored, kept, event=event)
    await broker.follow()
    assert await broker.status(good) is Status.ACCEPTED
