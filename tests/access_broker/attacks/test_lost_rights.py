"""Who had a right learns and does nothing more, and a gesture counts for its own thing alone."""

from dataclasses import replace

import pytest

from shared.access.profiles.profile import Approvers
from shared.errors import CeremonyNotFound, NotFound, TokenInvalid, TouchstoneError
from shared.recording.actors import SERVICE
from tests.access_broker.approvals.desk import NOBODY, Desk, Someone, profile
from tests.no_event import NO_EVENT

OPERATORS = replace(NOBODY, groups=frozenset({"operators"}))


async def put_into(desk: Desk, someone: Someone, *groups: str) -> None:
    accounts = desk.party.stores.accounts
    owner = await accounts.find_account(someone.record.user_handle)
    assert owner is not None
    account = replace(owner.account, assigned_groups=frozenset(groups))
    await accounts.change_account(owner, account, event=NO_EVENT)


async def test_an_approver_who_lost_the_group_sees_and_ends_nothing(
    desk: Desk, alice: Someone, bob: Someone
) -> None:
    desk.keep(profile(approvers=Approvers(number=1, who=OPERATORS)))
    await put_into(desk, bob, "operators")
    asked = await desk.ask(alice)
    credential = bob.key.get(await desk.begin(asked, bob))
    assert [each.id for each in (await desk.following.all(by=bob.holder)).waiting] == [asked.id]

    await put_into(desk, bob, "Operators", "operators2")

    assert not (await desk.following.all(by=bob.holder)).waiting
    for act in (
        desk.finish(asked, bob, credential),
        desk.begin(asked, bob),
        desk.look(asked, bob),
        desk.following.receipt(asked.id, by=bob.holder),
        desk.deciding.refuse(asked.id, reason=None, by=bob.holder),
        desk.deciding.withdraw(asked.id, by=bob.holder),
        desk.using.use_custom(asked.id, by=bob.holder),
    ):
        with pytest.raises(NotFound):
            await act
    assert (await desk.now(asked)) == asked


async def test_what_an_approver_approved_who_lost_the_group_opens_nothing(
    desk: Desk, alice: Someone, bob: Someone
) -> None:
    desk.keep(profile(approvers=Approvers(number=1, who=OPERATORS)))
    await put_into(desk, bob, "operators")
    asked = await desk.ask(alice)
    await desk.approve(asked, bob)
    await put_into(desk, bob)
    with pytest.raises(TouchstoneError, match="may not approve"):
        await desk.using.use_custom(asked.id, by=alice.holder)


async def test_a_gesture_counts_for_what_it_was_made_for_alone(
    desk: Desk, alice: Someone, bob: Someone
) -> None:
    """Not to sign in, not for another approval, and no sign-in approves."""
    asked, other = await desk.ask(alice), await desk.ask(alice)
    credential = bob.key.get(await desk.begin(asked, bob))
    with pytest.raises(CeremonyNotFound):
        await desk.finish(other, bob, credential)
    with pytest.raises(CeremonyNotFound):
        await desk.party.finish_authentication(credential)
    signed_in = bob.key.get(await desk.party.begin_authentication("bob"))
    with pytest.raises(CeremonyNotFound):
        await desk.finish(asked, bob, signed_in)
    await desk.finish(asked, bob, credential)
    with pytest.raises(TouchstoneError):
        await desk.finish(asked, bob, credential)
    assert len((await desk.now(asked)).gestures) == 1


async def test_an_approver_who_signed_out_after_the_begin_approves_nothing(
    desk: Desk, alice: Someone, bob: Someone
) -> None:
    asked = await desk.ask(alice)
    credential = bob.key.get(await desk.begin(asked, bob))
    await desk.party.service.sessions.end(
        bob.holder.handle, by=SERVICE, session_id=bob.holder.token.session_id
    )
    with pytest.raises(TokenInvalid):
        await desk.finish(asked, bob, credential)
    with pytest.raises(TokenInvalid):
        await desk.look(asked, bob)
    assert (await desk.now(asked)) == asked
