"""Somebody has the key of an approver, and it is noticed before the approval is used."""

import pytest

from shared.access.approvals.approval import Status
from shared.access.profiles.profile import Approvers
from shared.errors import ApprovalLapsed
from tests.access_broker.approvals.desk import Desk, Someone, profile, users


async def test_what_an_approver_approved_who_is_suspended_since_opens_nothing(
    desk: Desk, alice: Someone, bob: Someone
) -> None:
    asked = await desk.ask(alice)
    await desk.approve(asked, bob)
    await desk.suspend(bob)
    with pytest.raises(ApprovalLapsed) as lapsed:
        await desk.using.use_custom(asked.id, by=alice.holder)
    assert lapsed.value.why == "approver"
    assert (await desk.look(asked, alice)).look.grounds.lapse == "approver"
    await desk.suspend(bob, suspended=False)
    assert (await desk.using.use_custom(asked.id, by=alice.holder)).status is Status.USED


async def test_nobody_completes_what_somebody_approved_who_is_suspended_since(
    desk: Desk, alice: Someone, bob: Someone, carol: Someone
) -> None:
    desk.keep(profile(2))
    asked = await desk.ask(alice)
    await desk.approve(asked, bob)
    await desk.suspend(bob)
    with pytest.raises(ApprovalLapsed):
        await desk.approve(asked, carol)
    assert (await desk.now(asked)).missing == 1


async def test_an_approval_rests_on_the_profile_that_it_names(
    desk: Desk, alice: Someone, bob: Someone
) -> None:
    """Bob is no approver any more, as the profile says now."""
    asked = await desk.ask(alice)
    await desk.approve(asked, bob)
    desk.keep(profile(approvers=Approvers(number=1, who=users("carol"))))
    with pytest.raises(ApprovalLapsed) as lapsed:
        await desk.using.use_custom(asked.id, by=alice.holder)
    assert lapsed.value.why == "profile-changed"
