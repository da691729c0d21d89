"""Groups as administrators make and remove them."""

import pytest

from shared.accounts.roles import Role
from shared.errors import (
    GroupClosed,
    GroupExists,
    GroupHasMembers,
    GroupLimitReached,
    NotFound,
    NotPermitted,
    StepUpRequired,
)
from shared.storage.groups import definitions
from tests.harness.administrators import identity
from tests.harness.service_harness import ServiceHarness
from tests.relying_party.groups.group_world import (
    BY,
    add,
    events,
    groups,
    make_account,
    make_group,
    members,
    remove,
)
from tests.storage_faults import Crash, crash_before_sending, once


async def test_groups_are_listed_by_name_and_case_matters(party: ServiceHarness) -> None:
    for name in ("b", "A", "a"):
        await make_group(party, name)
    assert [each.name for each in await party.service.groups.all(by=BY)] == ["A", "a", "b"]
    with pytest.raises(GroupExists):
        await make_group(party, "a")
    alice = await make_account(party)
    await add(party, alice, "a")
    assert (await members(party, "a"), await members(party, "A")) == (["alice"], [])


async def test_members_are_shown_in_pages(party: ServiceHarness) -> None:
    await make_group(party)
    names = {"alice", "bob", "carol"}
    for name in names:
        await add(party, await make_account(party, name))
    seen, after = list[str](), ""
    for _ in range(3):
        page = (await party.service.groups.one("dba", after=after, limit=1, by=BY)).page
        seen += [each.username for each in page.members]
        after = page.next or ""
    assert (set(seen), after) == (names, "")


async def test_each_change_and_each_reading_is_an_event(party: ServiceHarness) -> None:
    await make_group(party)
    alice = await make_account(party)
    await add(party, alice)
    await members(party)
    await remove(party, alice)
    await party.service.groups.remove("dba", by=BY)
    found = await events(party)
    assert [(each["kind"], each["outcome"]) for each in found] == [
        (f"group.{name}", "success")
        for name in ("created", "member-added", "read", "member-removed", "removed")
    ]
    assert {each["facts"]["group"] for each in found} == {"dba"}  # type: ignore[index]
    assert len({str(each.get("target")) for each in found[1:4:2]}) == 1
    assert "target" in found[1]
    assert "state" in found[1]["facts"]  # type: ignore[operator]


async def test_a_group_with_members_stays_and_accepts_more(party: ServiceHarness) -> None:
    await make_group(party)
    alice = await make_account(party)
    await add(party, alice)
    with pytest.raises(GroupHasMembers):
        await party.service.groups.remove("dba", by=BY)
    await add(party, await make_account(party, "bob"))
    assert await members(party) == ["alice", "bob"]


async def test_a_removal_that_was_interrupted_is_repeated(party: ServiceHarness) -> None:
    await make_group(party)
    alice = await make_account(party)
    party.storage.transport.fault = once(crash_before_sending, "insert AuditOutbox")
    with pytest.raises(Crash):
        await party.service.groups.remove("dba", by=BY)
    with pytest.raises(GroupClosed):
        await add(party, alice)
    assert await groups(party) == set()
    await party.service.groups.remove("dba", by=BY)
    with pytest.raises(NotFound):
        await members(party)


async def test_only_so_many_groups_are_made(
    party: ServiceHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.relying_party.groups.administration.MOST_GROUPS", 1)
    assert definitions.MOST_GROUPS == 500
    await make_group(party)
    with pytest.raises(GroupLimitReached):
        await make_group(party, "more")


async def test_a_name_with_members_of_a_backup_is_not_given_again(party: ServiceHarness) -> None:
    """Whoever makes a group must know who is in it."""
    await make_group(party)
    await add(party, await make_account(party))
    assert await party.storage.table("Groups").delete("groups", "dba")
    with pytest.raises(GroupHasMembers):
        await make_group(party)


@pytest.mark.parametrize(
    ("by", "refusal"),
    [
        (identity(Role.AUTHENTICATORS_ADMIN, Role.CLIENTS_ADMIN, Role.AUDIT_READ), NotPermitted),
        (identity(Role.GROUPS_ADMIN, authenticated_at=None), StepUpRequired),
    ],
    ids=["another-role", "no-fresh-sign-in"],
)
async def test_changes_need_the_role_and_a_fresh_sign_in(
    party: ServiceHarness, by: object, refusal: type[Exception]
) -> None:
    await make_group(party)
    alice = await make_account(party)
    service = party.service
    for change in (
        lambda: service.groups.create("other", "", by=by),  # type: ignore[arg-type]
        lambda: service.groups.remove("dba", by=by),  # type: ignore[arg-type]
        lambda: service.memberships.add("dba", alice, by=by),  # type: ignore[arg-type]
        lambda: service.memberships.remove("dba", alice, by=by),  # type: ignore[arg-type]
    ):
        with pytest.raises(refusal):
            await change()
    assert await groups(party) == set()
    assert [each.name for each in await service.groups.all(by=BY)] == ["dba"]
