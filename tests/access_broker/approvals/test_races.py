"""Of two who act at the same moment, one is first, and the other one finds that."""

from collections.abc import Awaitable, Callable

import pytest

from shared.access.approvals.approval import Approval, Status
from shared.errors import ApprovalOver, StorageUnavailable, TouchstoneError
from tests.access_broker.approvals.desk import Desk, Someone, profile
from tests.harness.record import brief, record
from tests.storage_faults import after, answer_lost, once, unreachable

CHANGE = "transact Approvals"


async def approved(desk: Desk, alice: Someone, bob: Someone) -> Approval:
    asked = await desk.ask(alice)
    await desk.approve(asked, bob)
    return asked


def overtake(desk: Desk, act: Callable[[], Awaitable[object]]) -> None:
    """Between the reads of the next change and its write."""
    desk.party.storage.transport.fault = once(after(act), CHANGE)


async def test_two_of_two_approve_at_once(
    desk: Desk, alice: Someone, bob: Someone, carol: Someone
) -> None:
    desk.keep(profile(2))
    asked = await desk.ask(alice)
    other = desk.restarted()
    credential = carol.key.get(await other.begin(asked, carol))
    overtake(desk, lambda: other.finish(asked, carol, credential))

    await desk.approve(asked, bob)

    found = await desk.now(asked)
    assert found.status is Status.APPROVED
    assert [each.username for each in found.gestures] == ["carol", "bob"]
    assert (await desk.following.receipt(asked.id, by=alice.holder))["gestures"][1]["event"]


async def test_the_same_approver_twice_at_once_counts_once(
    desk: Desk, alice: Someone, bob: Someone
) -> None:
    desk.keep(profile(2))
    asked = await desk.ask(alice)
    other, twin = desk.restarted(), bob.key.get(await desk.begin(asked, bob))
    overtake(desk, lambda: other.approve(asked, bob))

    with pytest.raises(TouchstoneError):
        await desk.finish(asked, bob, twin)

    assert (await desk.now(asked)).missing == 1


async def test_an_approval_that_one_is_enough_for_has_one(
    desk: Desk, alice: Someone, bob: Someone, carol: Someone
) -> None:
    asked, other = await desk.ask(alice), desk.restarted()
    overtake(desk, lambda: other.approve(asked, carol))
    with pytest.raises(ApprovalOver, match="approved"):
        await desk.approve(asked, bob)
    assert [each.username for each in (await desk.now(asked)).gestures] == ["carol"]


async def test_refusing_and_approving_at_once(
    desk: Desk, alice: Someone, bob: Someone, carol: Someone
) -> None:
    one, two, other = await desk.ask(alice), await desk.ask(alice), desk.restarted()

    overtake(desk, lambda: other.deciding.refuse(one.id, reason="no", by=carol.holder))
    with pytest.raises(ApprovalOver, match="refused"):
        await desk.approve(one, bob)

    overtake(desk, lambda: other.approve(two, bob))
    with pytest.raises(ApprovalOver, match="approved"):
        await desk.deciding.refuse(two.id, reason="no", by=carol.holder)

    assert [(await desk.now(each)).status for each in (one, two)] == ["refused", "approved"]


async def test_a_refusal_between_two_approvals_ends_it(
    desk: Desk, alice: Someone, bob: Someone, carol: Someone
) -> None:
    desk.keep(profile(2))
    asked, other = await desk.ask(alice), desk.restarted()
    overtake(desk, lambda: other.approve(asked, bob))
    await desk.deciding.refuse(asked.id, reason=None, by=carol.holder)
    found = await desk.now(asked)
    assert (found.status, len(found.gestures)) == (Status.REFUSED, 1)


@pytest.mark.parametrize("first", ["use", "withdraw"])
async def test_withdrawing_and_using_at_once(
    desk: Desk, alice: Someone, bob: Someone, first: str
) -> None:
    asked, other = await approved(desk, alice, bob), desk.restarted()
    acts: dict[str, Callable[[Desk], Awaitable[object]]] = {
        "use": lambda at: at.using.use_custom(asked.id, by=alice.holder),
        "withdraw": lambda at: at.deciding.withdraw(asked.id, by=alice.holder),
    }
    (second,) = acts.keys() - {first}
    overtake(desk, lambda: acts[first](other))
    with pytest.raises(ApprovalOver):
        await acts[second](desk)
    expected = Status.USED if first == "use" else Status.WITHDRAWN
    assert (await desk.now(asked)).status is expected


async def test_two_uses_at_once_are_one(desk: Desk, alice: Someone, bob: Someone) -> None:
    asked, other = await approved(desk, alice, bob), desk.restarted()
    usable = await desk.using.of_asker(asked.id, alice.holder.handle)
    overtake(desk, lambda: other.using.use_custom(asked.id, by=alice.holder))
    with pytest.raises(ApprovalOver, match="used"):
        await desk.using.use(usable)
    events = [each for each in await record(desk.party) if each["kind"] == "approval.used"]
    assert sorted(brief(events)) == [("approval.used", "failure"), ("approval.used", "success")]


async def test_a_lost_answer_is_recognized(desk: Desk, alice: Someone, bob: Someone) -> None:
    """Storage gets each write again, and finds what the first one did."""
    transport = desk.party.storage.transport
    transport.fault = once(answer_lost, CHANGE)
    asked = await desk.ask(alice)
    transport.fault = once(answer_lost, CHANGE)
    await desk.approve(asked, bob)
    transport.fault = once(answer_lost, CHANGE)
    await desk.using.use_custom(asked.id, by=alice.holder)

    other = await desk.ask(alice)
    transport.fault = once(answer_lost, CHANGE)
    await desk.deciding.refuse(other.id, reason=None, by=bob.holder)

    events = [each for each in await record(desk.party) if each["kind"].startswith("approval.")]
    assert [each["outcome"] for each in events] == ["success"] * 5


async def test_a_write_that_never_arrives_changes_nothing(
    desk: Desk, alice: Someone, bob: Someone
) -> None:
    asked = await desk.ask(alice)
    credential = bob.key.get(await desk.begin(asked, bob))

    async def fault(call, send):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        return await (unreachable(send) if call.name == CHANGE else send())

    desk.party.storage.transport.fault = fault
    with pytest.raises(StorageUnavailable):
        await desk.finish(asked, bob, credential)
    desk.party.storage.transport.fault = None

    assert await desk.now(asked) == asked
    await desk.approve(asked, bob)
    assert (await desk.now(asked)).status is Status.APPROVED
