"""What an approval rests on: the profile as it was, and who asked, as they are now."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from shared.access.approvals.approval import Approval
from shared.access.approvals.statement import database_in, read_statement
from shared.access.profiles.documents import state_of
from shared.access.profiles.eligibility import (
    Person,
    asked_database,
    may_still_approve,
    obstacles,
)
from shared.access.profiles.profile import Profile
from shared.accounts.handles import UserHandle
from shared.errors import ApprovalLapsed
from shared.sessions.authority import SESSION


class Lapse(StrEnum):
    PROFILE_REMOVED = "profile-removed"
    PROFILE_CHANGED = "profile-changed"
    ASKER = "asker"
    """Who asked is suspended, gone, may not ask any more, or has another role at the database."""
    SESSION_ENDED = "session-ended"
    APPROVER = "approver"
    """One of those who approved it is suspended, gone, or may not approve any more."""


class ProfileFinder(Protocol):
    async def find(self, name: str) -> Profile | None: ...


class PersonFinder(Protocol):
    async def find(self, handle: UserHandle) -> Person | None:
        """As the account is now."""
        ...


class AuthorityHolder(Protocol):
    async def holds(self, handle: UserHandle, authority: bytes) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    profile: Profile | None
    asker: Person | None
    lapse: Lapse | None
    """None if all is as it has to be."""

    def require(self) -> tuple[Profile, Person]:
        """Raises ApprovalLapsed."""
        if self.lapse is not None or self.profile is None or self.asker is None:
            raise ApprovalLapsed(self.lapse or Lapse.ASKER)
        return self.profile, self.asker


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundsFinder:
    profiles: ProfileFinder
    people: PersonFinder
    authorities: AuthorityHolder
    clock: Callable[[], datetime]

    async def of(self, approval: Approval) -> Grounds:
        """Point reads, side by side."""
        asked = approval.asker
        profile, asker, is_live, approvers = await asyncio.gather(
            self.profiles.find(approval.profile),
            self.people.find(asked.handle),
            self._is_live(asked.handle, asked.session),
            asyncio.gather(*(self.people.find(each.by) for each in approval.approvals)),
        )
        lapse = self._lapse(approval, profile, asker, is_live=is_live)
        if lapse is None and profile is not None:
            lapse = _lapse_of(profile, approvers)
        return Grounds(profile=profile, asker=asker, lapse=lapse)

    async def _is_live(self, handle: UserHandle, session: bytes | None) -> bool:
        return session is not None and await self.authorities.holds(handle, SESSION + session)

    def _lapse(
        self, approval: Approval, profile: Profile | None, asker: Person | None, *, is_live: bool
    ) -> Lapse | None:
        if profile is None:
            return Lapse.PROFILE_REMOVED
        statement = read_statement(approval.statement)
        if state_of(profile) != statement["profile"]["state"]:
            return Lapse.PROFILE_CHANGED
        client, now = approval.asker.client, self.clock()
        if asker is None or obstacles(profile, asker, client=client, gesture=None, now=now):
            return Lapse.ASKER
        if asked_database(profile, asker) != database_in(statement):
            return Lapse.ASKER
        return None if is_live else Lapse.SESSION_ENDED


def _lapse_of(profile: Profile, approvers: Iterable[Person | None]) -> Lapse | None:
    """Whose gesture counted may have been suspended since, as somebody else has their key."""
    stand = all(each is not None and may_still_approve(profile, each) for each in approvers)
    return None if stand else Lapse.APPROVER
