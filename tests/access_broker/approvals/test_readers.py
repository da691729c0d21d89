"""Who sees an approval that is not theirs."""

import pytest

from shared.access.profiles.profile import Approvers
from shared.access_broker.approvals.looking import Standing
from shared.accounts.roles import Role
from shared.errors import ApprovalLapsed, NotFound
from tests.access_broker.approvals.desk import Desk, Someone, profile, users
from tests.harness.administrators import give_roles


@pytest.fixture
async def eve(desk: Desk) -> Someone:
    return await desk.person("eve")


async def test_auditors_see_it_and_decide_nothing(desk: Desk, alice: Someone, eve: Someone) -> None:
    asked = await desk.ask(alice)
    await give_roles(desk.party, "eve", Role.AUDIT_READ)
    look = (await desk.look(asked, eve)).look
    assert (look.standing, look.part) == (Standing.READER, None)
    assert (await desk.following.all(by=eve.holder)).waiting == []
    for act in (
        desk.deciding.refuse(asked.id, reason=None, by=eve.holder),
        desk.deciding.withdraw(asked.id, by=eve.holder),
        desk.using.use_custom(asked.id, by=eve.holder),
    ):
        with pytest.raises(NotFound):
            await act


@pytest.mark.parametrize("role", [each for each in Role if each is not Role.AUDIT_READ])
async def test_no_other_role_shows_it(desk: Desk, alice: Someone, eve: Someone, role: Role) -> None:
    asked = await desk.ask(alice)
    await give_roles(desk.party, "eve", role)
    with pytest.raises(NotFound):
        await desk.look(asked, eve)


async def test_who_becomes_an_approver_later_approves_nothing_that_was_asked_for_before(
    desk: Desk, alice: Someone, eve: Someone
) -> None:
    asked = await desk.ask(alice)
    desk.keep(profile(approvers=Approvers(number=1, who=users("eve"))))
    with pytest.raises(ApprovalLapsed):
        await desk.begin(asked, eve)
