"""A process may end at any write: the next one goes on from what stands, and nothing counts twice.

Each act is taken once for each of its writes, which fails in one way. Another process then tries
the same again, as people do.
"""

from collections.abc import Awaitable, Callable
from functools import partial

import pytest

from shared.access.approvals.approval import Approval, Status
from shared.errors import ApprovalOver, TouchstoneError
from tests.access_broker.approvals.desk import Desk, Someone
from tests.harness.record import record
from tests.harness.worlds import rest
from tests.storage_faults import ENDS, Crash, at

MOST_WRITES = 8

type Act = Callable[[], Awaitable[object]]


async def fails_at(desk: Desk, number: int, way: str, act: Act) -> bool:
    """Whether the act has so many writes."""
    desk.party.storage.transport.fault = at(number, ENDS[way][0], then=ENDS[way][1], writes=True)
    try:
        await act()
    except (Crash, TouchstoneError):
        return True
    finally:
        await rest()
        desk.party.storage.transport.fault = None
    return False


async def approve_again(desk: Desk, asked: Approval, bob: Someone) -> None:
    """Unless the first attempt has come to something."""
    if (await desk.now(asked)).status is Status.PENDING:
        await desk.approve(asked, bob)


@pytest.mark.parametrize("way", ENDS)
async def test_an_approval_is_given_once(
    desk: Desk, alice: Someone, bob: Someone, way: str
) -> None:
    asked: list[Approval] = []
    for number in range(1, MOST_WRITES):
        each = await desk.ask(alice)
        asked.append(each)
        credential = bob.key.get(await desk.begin(each, bob))
        other = desk.restarted()
        act = partial(other.finish, each, bob, credential)
        failed = await fails_at(other, number, way, act)
        await approve_again(desk, each, bob)
        found = await desk.now(each)
        assert (found.status, len(found.gestures)) == (Status.APPROVED, 1)
        assert (await desk.following.receipt(each.id, by=bob.holder))["gestures"]
        if not failed:
            break
    assert len(asked) > 2
    events = [each for each in await record(desk.party) if each["kind"] == "approval.given"]
    given = [each["facts"]["approval"] for each in events if each["outcome"] == "success"]
    assert sorted(given) == sorted(each.id for each in asked)


@pytest.mark.parametrize("way", ENDS)
async def test_an_approval_is_used_once(desk: Desk, alice: Someone, bob: Someone, way: str) -> None:
    asked: list[Approval] = []
    for number in range(1, MOST_WRITES):
        each = await desk.ask(alice)
        asked.append(each)
        await desk.approve(each, bob)
        other = desk.restarted()
        act = partial(other.using.use_custom, each.id, by=alice.holder)
        failed = await fails_at(other, number, way, act)
        used_before = (await desk.now(each)).status is Status.USED
        try:
            await desk.using.use_custom(each.id, by=alice.holder)
        except ApprovalOver:
            assert used_before
        assert (await desk.now(each)).status is Status.USED
        if not failed:
            break
    assert len(asked) > 1
    events = [each for each in await record(desk.party) if each["kind"] == "approval.used"]
    used = [each["facts"]["approval"] for each in events if each["outcome"] == "success"]
    assert sorted(used) == sorted(each.id for each in asked)
