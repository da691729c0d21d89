"""Accounts are put into groups, and leave them. Each change is an event beside the account's row.

The index of members gets its row before the account changes, and loses it afterwards. A removal
reads the version of that row first. So it never takes away a row that an addition has written in
the meantime.
"""

from dataclasses import replace
from functools import partial

from shared.accounts.group_texts import state_of_groups
from shared.accounts.groups import MOST_ASSIGNED
from shared.accounts.handles import UserHandle, locate_handle
from shared.accounts.records import UserAccount
from shared.audit.event import Kind
from shared.errors import ConcurrentUse, GroupClosed, MembershipLimitReached, NotFound
from shared.principals import Principal
from shared.recording.actors import owner_of, user
from shared.recording.attempt import Attempt
from shared.relying_party.groups.group_callers import GroupCallers
from shared.relying_party.groups.members import Members
from shared.storage.accounts.accounts import AccountStore, StoredAccount
from shared.storage.groups.definitions import GroupStore
from shared.storage.groups.members import MemberIndex

_ATTEMPTS = 3


class Memberships:
    def __init__(
        self,
        *,
        callers: GroupCallers,
        groups: GroupStore,
        index: MemberIndex,
        members: Members,
        accounts: AccountStore,
    ) -> None:
        self._callers = callers
        self._groups = groups
        self._index = index
        self._members = members
        self._accounts = accounts

    async def add(self, group: str, handle: UserHandle, *, by: Principal) -> None:
        """Nothing happens if the account is in the group already.

        Raises TokenInvalid, NotPermitted, StepUpRequired, NotFound, OwnMembership, GroupClosed,
        MembershipLimitReached, ConcurrentUse.
        """
        async with self._callers.attempt(Kind.GROUP_MEMBER_ADDED, by=by) as attempt:
            attempt.add_details(target=user(handle))
            caller = await self._callers.require_to_change(attempt, group, by=by)
            await self._require_open(group)
            owner = await self._accounts.find_account(handle)
            if owner is None:
                raise NotFound
            await self._callers.require_for_another(caller, owner)
            if group not in owner.account.assigned_groups:
                await self._announce(attempt, owner)
                await self._add(group, owner, attempt)

    async def _add(self, group: str, owner: StoredAccount, attempt: Attempt) -> None:
        handle = owner.account.handle
        for _ in range(_ATTEMPTS):
            if len(owner.account.assigned_groups) >= MOST_ASSIGNED:
                raise MembershipLimitReached
            # Anew in each round: a removal in between must find another version of this row.
            await self._index.put(group, handle)
            # Behind the row: whoever removes the group closes it, and then looks at the rows.
            await self._require_open(group)
            assigned = owner.account.assigned_groups | {group}
            if await self._write(owner, assigned, attempt):
                return
            owner = await self._read_again(handle)
        raise ConcurrentUse

    async def remove(self, group: str, handle: UserHandle, *, by: Principal) -> None:
        """Nothing happens if the account is not in the group, or does not exist.

        Raises TokenInvalid, NotPermitted, StepUpRequired, ConcurrentUse.
        """
        async with self._callers.attempt(Kind.GROUP_MEMBER_REMOVED, by=by) as attempt:
            attempt.add_details(target=user(handle))
            await self._callers.require_to_change(attempt, group, by=by)
            owner = await self._accounts.find_account_row(handle)
            if owner is None or group not in owner.account.assigned_groups:
                await self._members.forget(group, handle)
            else:
                await self._announce(attempt, owner)
                await self._remove(group, handle, attempt)

    async def _remove(self, group: str, handle: UserHandle, attempt: Attempt) -> None:
        for _ in range(_ATTEMPTS):
            row = await self._index.find(group, handle)  # before the account: see above
            owner = await self._read_again(handle)
            if group not in owner.account.assigned_groups:  # another request was faster
                await attempt.withdraw()
                return
            if await self._write(owner, owner.account.assigned_groups - {group}, attempt):
                if row is not None:
                    await self._index.remove(group, row)
                return
        raise ConcurrentUse

    async def _require_open(self, group: str) -> None:
        stored = await self._groups.find(group)
        if stored is None:
            raise NotFound
        if stored.is_closed:
            raise GroupClosed

    async def _read_again(self, handle: UserHandle) -> StoredAccount:
        found = await self._accounts.find_account_row(handle)
        if found is None:
            raise NotFound
        return found

    async def _announce(self, attempt: Attempt, owner: StoredAccount) -> None:
        partition = self._accounts.partition(locate_handle(owner.account.handle))
        await attempt.announce(partition, target=owner_of(owner.account))

    async def _write(
        self, owner: StoredAccount, assigned: frozenset[str], attempt: Attempt
    ) -> bool:
        """Return False if the account changed since it was read."""
        after: UserAccount = replace(owner.account, assigned_groups=assigned)
        change = partial(self._accounts.change_row, owner, after)
        return await attempt.try_commit(change, facts={"state": state_of_groups(after)})
