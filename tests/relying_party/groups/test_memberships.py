"""Accounts are put into groups and leave them, whatever happens at the same moment."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial

import pytest

from shared.accounts.groups import MOST_ASSIGNED
from shared.accounts.roles import Role
from shared.errors import (
    GroupHasMembers,
    MembershipLimitReached,
    NotFound,
    OwnMembership,
    TouchstoneError,
)
from shared.principals import subject_key
from tests.harness.administrators import (
    ADMINISTRATOR,
    account,
    account_administrator,
    identity,
    unknown_handle,
)
from tests.harness.service_harness import ServiceHarness
from tests.no_event import NO_EVENT
from tests.relying_party.groups.group_world import (
    BY,
    add,
    events,
    groups,
    indexed,
    make_account,
    make_group,
    members,
    remove,
)
from tests.storage_faults import Crash, after, at, crash_before_sending, once
from tests.storage_transport import Call, Send

PERSON = identity(Role.GROUPS_ADMIN, subject="p-1", username="alice", application=False)


async def test_a_change_counts_at_once_and_repeated_it_changes_nothing(
    party: ServiceHarness,
) -> None:
    await make_group(party)
    alice = await make_account(party)
    for _ in range(2):
        await add(party, alice)
        assert (await groups(party), await members(party)) == ({"dba"}, ["alice"])
    for _ in range(2):
        await remove(party, alice)
        assert (await groups(party), await members(party)) == (set(), [])
    assert await indexed(party) == set()
    changes = [each for each in await events(party, "group.member") if each["outcome"] == "success"]
    assert len(changes) == 2


async def test_a_group_or_an_account_that_does_not_exist_is_not_found(
    party: ServiceHarness,
) -> None:
    alice = await make_account(party)
    with pytest.raises(NotFound):
        await add(party, alice)
    await make_group(party)
    with pytest.raises(NotFound):
        await add(party, unknown_handle())
    assert await indexed(party) == set()
    await remove(party, unknown_handle())


async def test_an_account_is_in_only_so_many_groups(party: ServiceHarness) -> None:
    await make_group(party)
    alice = await make_account(party)
    owner = await account(party)
    full = replace(owner.account, assigned_groups=frozenset(map(str, range(MOST_ASSIGNED))))
    assert await party.stores.accounts.change_row(owner, full, event=NO_EVENT)
    with pytest.raises(MembershipLimitReached):
        await add(party, alice)
    assert "dba" not in await groups(party)


async def test_nobody_adds_the_own_account(party: ServiceHarness) -> None:
    await make_group(party)
    chief = await account_administrator(party, Role.GROUPS_ADMIN)
    with pytest.raises(OwnMembership):
        await party.service.memberships.add("dba", chief.handle, by=chief)
    await party.service.memberships.add("dba", await make_account(party), by=chief)
    assert await members(party) == ["alice"]


async def test_nobody_adds_the_account_of_the_own_user_of_a_provider(
    party: ServiceHarness,
) -> None:
    """With the token of the provider, and with a second account that has the same user."""
    await make_group(party)
    alice = await make_account(party)
    await party.service.links.add(
        alice, issuer=PERSON.issuer, subject=PERSON.subject, by=ADMINISTRATOR
    )
    with pytest.raises(OwnMembership):
        await party.service.memberships.add("dba", alice, by=PERSON)
    chief = await account_administrator(party, Role.GROUPS_ADMIN)
    owner = await account(party, "chief")
    subject = subject_key(PERSON.issuer, PERSON.subject)
    made_for = replace(owner.account, subject=subject)
    assert await party.stores.accounts.change_row(owner, made_for, event=NO_EVENT)
    with pytest.raises(OwnMembership):
        await party.service.memberships.add("dba", alice, by=chief)
    assert await groups(party) == set()
    assert {each["reason"] for each in await events(party, "group.member")} == {"own_membership"}


type Act = Callable[[ServiceHarness], Awaitable[object]]


async def _add(party: ServiceHarness) -> None:
    await add(party, (await account(party)).account.handle)


async def _remove(party: ServiceHarness) -> None:
    await remove(party, (await account(party)).account.handle)


async def _remove_group(party: ServiceHarness) -> None:
    await party.service.groups.remove("dba", by=BY)


async def _list(party: ServiceHarness) -> None:
    await members(party)


ACTS: dict[str, Act] = {
    "add": _add,
    "remove": _remove,
    "remove-group": _remove_group,
    "list": _list,
}
MOST_CALLS = 14
"""More storage calls than any of these acts makes."""


async def _is_sound(party: ServiceHarness) -> bool:
    """All members are in the index, and no account is in a group that does not exist."""
    handle = (await account(party)).account.handle
    if "dba" not in await groups(party):
        return True
    return handle in await indexed(party) and await party.stores.groups.find("dba") is not None


async def _attempt(party: ServiceHarness, act: Act) -> None:
    with suppress(TouchstoneError):
        await act(party)


class Between:
    """Another act comes before one of the calls that groups are about."""

    def __init__(self, number: int, act: Callable[[], Awaitable[object]]) -> None:
        self._number = number
        self._act = act
        self.calls = 0

    async def __call__(self, call: Call, send: Send) -> object:
        if call.name.endswith(("Groups", "Accounts")):
            self.calls += 1
            if self.calls == self._number + 1:
                await self._act()
        return await send()


@pytest.mark.parametrize("begun", [False, True], ids=["outside", "inside"])
@pytest.mark.parametrize("other", ["add", "remove", "remove-group"])
@pytest.mark.parametrize("act", ["add", "remove", "remove-group", "list"])
async def test_the_index_has_all_members_whatever_comes_in_between(
    party: ServiceHarness, act: str, other: str, begun: bool
) -> None:
    """Another request comes before each storage call of the first one."""
    await make_account(party)
    for number in range(MOST_CALLS):
        await _begin_anew(party, inside=begun)
        between = Between(number, partial(_attempt, party, ACTS[other]))
        party.storage.transport.fault = between
        await _attempt(party, ACTS[act])
        party.storage.transport.fault = None
        assert await _is_sound(party), number
        if between.calls <= number:
            return
    raise AssertionError(MOST_CALLS)


@pytest.mark.parametrize("act", ["add", "remove", "remove-group", "list"])
async def test_a_crash_leaves_at_most_a_row_of_the_index(party: ServiceHarness, act: str) -> None:
    """And that is gone after the next listing."""
    handle = await make_account(party)
    for number in range(1, MOST_CALLS):
        await _begin_anew(party, inside=act != "add")
        fault = at(number, crash_before_sending, then=crash_before_sending)
        party.storage.transport.fault = fault
        with suppress(Crash, TouchstoneError):
            await ACTS[act](party)
        party.storage.transport.fault = None
        assert await _is_sound(party), number
        if await party.stores.groups.find("dba") is not None:
            inside = "dba" in await groups(party)
            assert await members(party) == ["alice"] * inside
            assert await indexed(party) == ({handle} if inside else set())


async def _begin_anew(party: ServiceHarness, *, inside: bool) -> None:
    if await party.stores.groups.find("dba") is None:
        await make_group(party)
    await _remove(party)
    with suppress(GroupHasMembers):
        await _remove_group(party)
        await make_group(party)
    if inside:
        await _add(party)


async def test_a_change_of_the_account_in_between_is_kept(party: ServiceHarness) -> None:
    await make_group(party)
    alice = await make_account(party)

    async def rename() -> None:
        owner = await account(party)
        changed = replace(owner.account, display_name="Ada")
        assert await party.stores.accounts.change_account(owner, changed, event=NO_EVENT)

    party.storage.transport.fault = once(after(rename), "transact Accounts")
    await add(party, alice)
    found = (await account(party)).account
    assert (found.display_name, set(found.groups)) == ("Ada", {"dba"})
