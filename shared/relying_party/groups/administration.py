"""Groups, as administrators make and remove them. Each change is an event."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from shared.accounts.groups import Group
from shared.audit.event import Kind
from shared.errors import ConcurrentUse, GroupExists, GroupHasMembers, GroupLimitReached, NotFound
from shared.principals import Principal
from shared.relying_party.groups.group_callers import GroupCallers
from shared.relying_party.groups.members import MemberPage, Members
from shared.storage.groups.definitions import MOST_GROUPS, GroupStore, StoredGroup


@dataclass(frozen=True, slots=True)
class ShownGroup:
    group: Group
    page: MemberPage


class GroupAdministration:
    def __init__(
        self,
        *,
        callers: GroupCallers,
        groups: GroupStore,
        members: Members,
        clock: Callable[[], datetime],
    ) -> None:
        self._callers = callers
        self._groups = groups
        self._members = members
        self._clock = clock

    async def all(self, *, by: Principal) -> list[Group]:
        """Sorted by name. Raises TokenInvalid, NotPermitted."""
        found, _ = await asyncio.gather(self._groups.all(), self._callers.require_role(by))
        return [each.group for each in found]

    async def one(self, name: str, *, after: str, limit: int, by: Principal) -> ShownGroup:
        """With a page of its members. Who reads it is recorded, as it names people.

        Raises TokenInvalid, NotPermitted, NotFound.
        """
        async with self._callers.attempt(Kind.GROUP_READ, by=by) as attempt:
            await self._callers.require_to_read(attempt, name, by=by)
            stored = await self._find(name)
            page = await self._members.page(name, after=after, limit=limit)
            await attempt.succeed()
            return ShownGroup(stored.group, page)

    async def create(self, name: str, description: str, *, by: Principal) -> Group:
        """Raises TokenInvalid, NotPermitted, StepUpRequired, GroupExists, GroupLimitReached;
        GroupHasMembers, if accounts of a backup are in a group with this name."""
        group = Group(name=name, description=description, created_at=self._clock())
        async with self._callers.attempt(Kind.GROUP_CREATED, by=by) as attempt:
            await self._callers.require_to_change(attempt, name, by=by)
            known = await self._groups.all()
            if any(each.group.name == name for each in known):
                raise GroupExists
            if len(known) >= MOST_GROUPS:
                raise GroupLimitReached
            if await self._members.has_any(name):
                raise GroupHasMembers
            await attempt.announce(self._groups.partition)
            if not await attempt.try_commit(partial(self._groups.add, group)):
                raise GroupExists
        return group

    async def remove(self, name: str, *, by: Principal) -> None:
        """Raises TokenInvalid, NotPermitted, StepUpRequired, NotFound, GroupHasMembers,
        ConcurrentUse."""
        async with self._callers.attempt(Kind.GROUP_REMOVED, by=by) as attempt:
            await self._callers.require_to_change(attempt, name, by=by)
            # First: whoever adds an account writes it to the index, and then looks at this.
            await self._close(name, closed=True)
            if await self._members.has_any(name):
                await self._close(name, closed=False)
                raise GroupHasMembers
            await attempt.announce(self._groups.partition)
            await attempt.commit(partial(self._groups.remove, await self._find(name)))

    async def _close(self, name: str, *, closed: bool) -> None:
        stored = await self._find(name)
        if stored.is_closed != closed and not await self._groups.close(stored, closed=closed):
            raise ConcurrentUse

    async def _find(self, name: str) -> StoredGroup:
        stored = await self._groups.find(name)
        if stored is None:
            raise NotFound
        return stored
