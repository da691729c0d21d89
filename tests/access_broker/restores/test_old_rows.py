"""Whoever can write rows puts old ones of ours back: Azure has the job already, so it is not asked
once more."""

import pytest

from shared.access.approvals.approval import Approval
from shared.access.restores.restore import Status
from shared.storage.access.approvals import PARTITION
from tests.access_broker.approvals.desk import Someone
from tests.access_broker.restores.broker import Broker
from tests.harness.tampering import Row, Tables


@pytest.fixture
def tables(broker: Broker) -> Tables:
    return Tables(broker.party.storage)


async def row(tables: Tables, key: str) -> Row:
    (found,) = [each for each in await tables.rows("Approvals") if each["RowKey"] == key]
    return found


async def put_back(tables: Tables, old: Row) -> None:
    """As it was, and without the row of what has ended."""
    approval = old["RowKey"].partition(":")[2]
    ended = {"PartitionKey": PARTITION, "RowKey": f"restored:{approval}"}
    await tables.delete("Approvals", ended)
    await tables.put("Approvals", old)


async def test_an_intent_that_is_put_back_is_not_sent_again(broker: Broker, tables: Tables) -> None:
    approval = await broker.intend()
    intent = await row(tables, f"restore:{approval}")
    broker.server.job_status = "Completed"
    for minutes in (0, 1, 1):
        await broker.follow(minutes=minutes)
    assert await broker.status(approval) is Status.COMPLETED

    await put_back(tables, intent)
    assert await broker.status(approval) is Status.INTENDED
    await broker.another().follow(minutes=2)
    assert await broker.status(approval) is Status.RUNNING
    await broker.follow(minutes=1)

    assert await broker.status(approval) is Status.COMPLETED
    assert len(broker.server.restore_requests()) == 1


async def test_an_approval_that_is_put_back_restores_nothing_again(
    broker: Broker, tables: Tables, approval: Approval, alice: Someone
) -> None:
    """It is used again, and what follows from it is the same request."""
    approved = await row(tables, f"approval:{approval.id}")
    await broker.start(approval, alice)
    intended = await row(tables, f"restore:{approval.id}")
    await tables.delete("Approvals", intended)
    await tables.put("Approvals", approved)

    await broker.start(approval, alice)

    assert (await broker.now(approval)).job == broker.server.jobs[0].id
    assert len(broker.server.restore_requests()) == 1


async def test_nothing_is_sent_if_not_all_jobs_can_be_looked_at(broker: Broker) -> None:
    approval = await broker.intend()
    broker.server.page = 1
    for _ in range(6):
        broker.server.add_job(activity="somebody-else")
    await broker.follow()
    assert await broker.status(approval) is Status.INTENDED
    broker.server.page = 100
    await broker.follow(minutes=2)
    assert await broker.status(approval) is Status.ACCEPTED


async def test_the_job_of_another_machine_is_not_ours(broker: Broker) -> None:
    """Whoever may restore at the vault can choose the ID of a request."""
    approval = await broker.intend()
    found = await broker.following.changes.find(approval)
    assert found is not None
    broker.server.items.append("VM;iaasvmcontainerv2;rg-apps;web-2")
    broker.server.add_job(broker.server.items[1], activity=found.restore.request_id)
    await broker.follow()
    assert len(broker.server.restores) == 1
    assert await broker.status(approval) is Status.ACCEPTED
