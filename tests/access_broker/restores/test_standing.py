"""A restore that has to wait asks anew whether it may begin."""

import pytest

from shared.access.approvals.approval import Approval
from shared.access.restores.answers import Failure
from shared.access.restores.restore import Status
from tests.access_broker.approvals.desk import Someone
from tests.access_broker.restores.broker import Broker


@pytest.mark.parametrize(
    ("who", "code"),
    [("alice", "asker_may_not_ask_any_more"), ("bob", "approver_may_not_approve_any_more")],
)
async def test_nothing_begins_for_somebody_who_is_suspended_meanwhile(
    broker: Broker, approval: Approval, alice: Someone, bob: Someone, who: str, code: str
) -> None:
    broker.tokens.is_down = True
    assert (await broker.start(approval, alice)).status is Status.INTENDED
    await broker.desk.suspend({"alice": alice, "bob": bob}[who])
    broker.tokens.is_down = False
    await broker.follow(minutes=2)
    ended = await broker.now(approval)
    assert (ended.status, ended.failure) == (Status.FAILED, Failure(code))
    assert broker.server.seen == []


async def test_what_azure_does_already_is_followed_though_its_asker_is_suspended(
    broker: Broker, approval: Approval, alice: Someone
) -> None:
    await broker.start(approval, alice)
    await broker.desk.suspend(alice)
    await broker.follow(minutes=1)
    assert (await broker.now(approval)).status is Status.RUNNING
