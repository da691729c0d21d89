"""What an approval rests on is asked again at each step."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from shared.access.approvals.approval import Approval, Part, Status
from shared.access.profiles.profile import TimeWindow
from shared.errors import (
    AccessObstructed,
    ApprovalLapsed,
    AuthenticationRejected,
    NotFound,
    StepUpRequired,
    TokenInvalid,
    TouchstoneError,
)
from shared.recording.actors import SERVICE
from tests.access_broker.approvals.desk import DEMANDS, Desk, Someone, profile, users


async def begun(desk: Desk, alice: Someone, bob: Someone) -> tuple[Approval, object]:
    asked = await desk.ask(alice)
    return asked, bob.key.get(await desk.begin(asked, bob))


async def refused(desk: Desk, asked: Approval, by: Someone, credential: object) -> Exception:
    with pytest.raises(TouchstoneError) as error:
        await desk.finish(asked, by, credential)
    assert (await desk.now(asked)).gestures == ()
    return error.value


async def test_the_profile_changed_or_removed_meanwhile(
    desk: Desk, alice: Someone, bob: Someone
) -> None:
    asked, credential = await begun(desk, alice, bob)
    desk.keep(profile(title="Payouts"))
    error = await refused(desk, asked, bob, credential)
    assert isinstance(error, ApprovalLapsed)
    assert error.why == "profile-changed"
    assert (await desk.look(asked, alice)).look.grounds.lapse == "profile-changed"
    desk.keep()
    assert isinstance(await refused(desk, asked, bob, credential), NotFound)
    with pytest.raises(ApprovalLapsed):
        await desk.begin(asked, alice)
    desk.keep(profile())
    await desk.finish(asked, bob, credential)


async def test_the_approver_is_suspended_meanwhile(
    desk: Desk, alice: Someone, bob: Someone
) -> None:
    asked, credential = await begun(desk, alice, bob)
    await desk.suspend(bob)
    assert isinstance(await refused(desk, asked, bob, credential), TokenInvalid)


async def test_the_approver_is_suspended_while_the_challenge_is_claimed(
    desk: Desk, alice: Someone, bob: Someone
) -> None:
    asked, credential = await begun(desk, alice, bob)
    look = await desk.looking.look(asked.id, by=bob.holder)
    await desk.suspend(bob)

    class Before:
        async def look(self, *_: object, **__: object) -> object:
            return look

    late = replace(desk.deciding, looking=Before())  # type: ignore[arg-type]
    desk.deciding = late
    with pytest.raises(AuthenticationRejected):
        await desk.finish(asked, bob, credential)
    assert (await desk.now(asked)).gestures == ()


async def test_the_approver_is_not_one_any_more(desk: Desk, alice: Someone, bob: Someone) -> None:
    asked, credential = await begun(desk, alice, bob)
    without = profile(approvers=replace(profile().approvers, who=users("carol")))
    desk.keep(without)
    assert isinstance(await refused(desk, asked, bob, credential), NotFound)


@pytest.mark.parametrize("when", ["before the gesture", "before the use"])
async def test_who_asked_is_suspended_meanwhile(
    desk: Desk, alice: Someone, bob: Someone, when: str
) -> None:
    asked, credential = await begun(desk, alice, bob)
    if when == "before the gesture":
        await desk.suspend(alice)
        error = await refused(desk, asked, bob, credential)
        assert isinstance(error, ApprovalLapsed)
        assert error.why == "asker"
        return
    await desk.finish(asked, bob, credential)
    await desk.suspend(alice)
    with pytest.raises(ApprovalLapsed):
        await desk.using.of_asker(asked.id, alice.holder.handle)
    with pytest.raises(TokenInvalid):
        await desk.using.use_custom(asked.id, by=alice.holder)
    await desk.suspend(alice, suspended=False)
    await desk.using.use_custom(asked.id, by=alice.holder)


async def test_the_session_that_asked_has_ended(desk: Desk, alice: Someone, bob: Someone) -> None:
    asked, credential = await begun(desk, alice, bob)
    await desk.finish(asked, bob, credential)
    elsewhere = await desk.signed_in(alice.key, "alice", alice.record)
    await desk.party.service.sessions.end(
        alice.holder.handle, by=SERVICE, session_id=alice.holder.token.session_id
    )
    with pytest.raises(ApprovalLapsed, match="session"):
        await desk.using.use_custom(asked.id, by=elsewhere.holder)
    assert (await desk.now(asked)).status is Status.APPROVED
    assert (await desk.look(asked, elsewhere)).look.grounds.lapse == "session-ended"


async def test_the_window_has_closed(desk: Desk, alice: Someone, bob: Someone) -> None:
    window = TimeWindow(
        days=frozenset(range(7)), begins=time(11), ends=time(12, 30), time_zone="UTC"
    )
    desk.keep(profile(windows=(window,)))
    asked = await desk.ask(alice)
    await desk.approve(asked, bob)
    desk.party.clock.advance(minutes=31)
    with pytest.raises(ApprovalLapsed):
        await desk.using.of_asker(asked.id, alice.holder.handle)
    fresh = await desk.signed_in(alice.key, "alice", alice.record)
    with pytest.raises(AccessObstructed, match="outside-window"):
        await desk.ask(fresh)


async def test_the_credential_has_to_meet_the_demands(
    desk: Desk, alice: Someone, bob: Someone
) -> None:
    model = "00000000-0000-0000-0000-000000000001"
    desk.keep(profile(demands=replace(DEMANDS, models=frozenset({model}))))
    with pytest.raises(AccessObstructed, match="model"):
        await desk.ask(alice)
    desk.keep(profile(demands=replace(DEMANDS, device_bound=True)))
    asked = await desk.ask(alice)
    carol = await desk.person("carol", synced=True)
    with pytest.raises(AccessObstructed, match="not-device-bound"):
        await desk.approve(asked, carol)
    await desk.approve(asked, bob)
    assert (await desk.now(asked)).status is Status.APPROVED


async def test_an_old_sign_in_does_not_ask(desk: Desk, alice: Someone) -> None:
    desk.keep(profile(demands=replace(DEMANDS, gesture_age=timedelta(seconds=30))))
    await desk.ask(alice)
    desk.party.clock.advance(seconds=31)
    with pytest.raises(StepUpRequired) as error:
        await desk.ask(alice)
    assert error.value.max_age == 30


@pytest.mark.parametrize(("number", "is_bound"), [(0, False), (1, True)])
async def test_an_old_sign_in_asks_where_a_gesture_for_the_action_follows(
    desk: Desk, alice: Someone, number: int, is_bound: bool
) -> None:
    demands = replace(DEMANDS, gesture_age=timedelta(seconds=30), bound_gesture=is_bound)
    desk.keep(profile(number, demands=demands))
    desk.party.clock.advance(seconds=31)
    asked = await desk.ask(alice)
    await desk.approve(asked, alice)
    assert [each.part for each in (await desk.now(asked)).gestures] == [Part.ASK]
