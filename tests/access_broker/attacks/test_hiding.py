"""Nobody hides an approval from those who decide about it, or gets around a limit."""

from datetime import timedelta

import pytest

from shared.access_broker.approvals import asking
from shared.errors import ApprovalLimitReached
from shared.storage.access import approvals
from tests.access_broker.approvals.desk import Desk, Someone, profile, users


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small limits: the first ones in a list are the oldest."""
    monkeypatch.setattr(approvals, "MOST_LISTED", 3)
    monkeypatch.setattr(approvals, "MOST_PENDING", 3)


async def test_many_that_expired_hide_none_that_waits(
    desk: Desk, alice: Someone, bob: Someone
) -> None:
    desk.keep(profile(approval_lifetime=timedelta(minutes=1)))
    for _ in range(3):
        await desk.ask(alice)
    desk.party.clock.advance(minutes=2)
    last = await desk.ask(alice)
    assert [each.id for each in (await desk.following.all(by=bob.holder)).waiting] == [last.id]


async def test_many_that_are_approved_hide_none_that_waits(
    desk: Desk, alice: Someone, bob: Someone
) -> None:
    for _ in range(3):
        await desk.approve(await desk.ask(alice), bob)
    desk.party.clock.advance(seconds=1)
    last = await desk.ask(alice)
    assert [each.id for each in (await desk.following.all(by=bob.holder)).waiting] == [last.id]


async def test_many_of_one_person_make_no_room_for_another(
    desk: Desk, alice: Someone, bob: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MOST_OPEN", 2)
    desk.keep(profile(who=users("alice", "bob")))
    monkeypatch.setattr(approvals, "MOST_LISTED", 2)
    for by in (bob, bob, alice, alice):
        await desk.ask(by)
    with pytest.raises(ApprovalLimitReached):
        await desk.ask(alice)


async def test_many_that_are_over_do_not_hide_the_latest_from_who_asked(
    desk: Desk, alice: Someone
) -> None:
    for _ in range(4):
        asked = await desk.ask(alice)
        await desk.deciding.withdraw(asked.id, by=alice.holder)
        desk.party.clock.advance(hours=6)
        alice = await desk.signed_in(alice.key, "alice", alice.record)
    last = await desk.ask(alice)
    assert (await desk.following.all(by=alice.holder)).asked[0].id == last.id
