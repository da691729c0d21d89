"""An approved restore begins once, and is followed to its end."""

from shared.access.approvals.approval import Approval
from shared.access.restores.restore import Status
from tests.access_broker.approvals.desk import Someone
from tests.access_broker.restores.broker import Broker
from tests.fakes import resource_manager as arm


async def test_a_restore_begins_and_is_followed_to_its_end(
    broker: Broker, approval: Approval, alice: Someone
) -> None:
    begun = await broker.start(approval, alice)
    assert begun.status is Status.ACCEPTED
    assert broker.server.restores[0]["properties"]["recoveryPointId"] == arm.POINT
    assert await broker.follow(minutes=1) == 1
    (job,) = broker.server.jobs
    assert (await broker.now(approval)).job == job.id
    await broker.follow(minutes=1)
    assert (await broker.now(approval)).percent == 40
    job.status = "Completed"
    await broker.follow(minutes=1)
    ended = await broker.now(approval)
    assert (ended.status, ended.ended_at) == (Status.COMPLETED, broker.clock())
    assert await broker.follow(minutes=60) == 0
    assert len(broker.server.restore_requests()) == 1
    started, finished = await broker.events()
    common = {"approval": approval.id, "profile": "backups", "request": begun.request_id}
    assert started["facts"] == {
        **common,
        "correlation": "correlation-1",
        "status": "accepted",
    }
    assert finished["facts"] == {
        **common,
        "correlation": "correlation-1",
        "status": "completed",
        "job": job.id,
    }
    assert (started["outcome"], finished["outcome"]) == ("success", "success")
