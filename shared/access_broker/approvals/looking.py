"""Who may see an approval, and what they may do with it. For all others it does not exist."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.access.approvals.approval import Approval, Part, Status
from shared.access.profiles.eligibility import Obstacle, Person, obstacles_of_approver
from shared.access.profiles.profile import Profile
from shared.access_broker.approvals.grounds import Grounds, GroundsFinder
from shared.access_broker.approvals.senders import Bearer, Sender, Senders
from shared.access_broker.people import People
from shared.accounts.roles import Role
from shared.errors import AccessObstructed, ApprovalOver, NotFound, TokenInvalid
from shared.principals import AccountHolder
from shared.storage.access.approval_rows import StoredApproval
from shared.storage.access.approvals import ApprovalStore

_READERS = (Role.AUDIT_READ,)
"""Not those who administer profiles: they need no reasons and addresses of people for that."""


class Standing(StrEnum):
    """What the caller is to an approval."""

    ASKER = "asker"
    APPROVER = "approver"
    """One of those who may approve such things."""
    READER = "reader"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """An approval as one person finds it."""

    stored: StoredApproval
    grounds: Grounds
    person: Person
    sender: Sender
    standing: Standing
    status: Status
    obstacles: tuple[Obstacle, ...]
    """Why the person does not approve it. Empty for whoever may."""

    @property
    def approval(self) -> Approval:
        return self.stored.approval

    @property
    def part(self) -> Part | None:
        """What the person's gesture would say; None if none is wanted from them."""
        if self.status is not Status.PENDING or self.grounds.lapse is not None:
            return None
        if self.standing is Standing.ASKER:
            return Part.ASK if self.approval.lacks_asker else None
        return Part.APPROVE if self.approval.missing and not self.obstacles else None

    def require_part(self) -> Part:
        """Raises ApprovalOver, ApprovalLapsed, AccessObstructed."""
        self.require_pending()
        self.grounds.require()
        if (part := self.part) is None:
            raise AccessObstructed(self.obstacles or (Obstacle.DECIDED,))
        return part

    def require_pending(self) -> None:
        if self.status is not Status.PENDING:
            raise ApprovalOver(self.status)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    store: ApprovalStore
    grounds: GroundsFinder
    senders: Senders
    people: People
    clock: Callable[[], datetime]

    async def look(self, approval_id: str, *, by: Bearer) -> Look:
        """A client finds only what it asked for. Raises TokenInvalid, NotFound."""
        stored, (sender, person) = await asyncio.gather(
            self.store.find(approval_id), self.person(by)
        )
        if stored is None:
            raise NotFound
        look = await self.look_at(stored, person, sender=sender)
        if sender.client not in (None, look.approval.asker.client):
            raise NotFound
        return look

    async def person(self, by: Bearer) -> tuple[Sender, Person]:
        """Raises TokenInvalid."""
        sender, person = await self._sender(by)
        if person is None:
            raise TokenInvalid
        return sender, person

    async def _sender(self, by: Bearer) -> tuple[Sender, Person | None]:
        if isinstance(by, AccountHolder):
            return await asyncio.gather(self.senders.confirm(by), self.people.find(by.handle))
        sender = await self.senders.confirm(by)
        return sender, await self.people.find(sender.handle)

    async def look_at(self, stored: StoredApproval, person: Person, *, sender: Sender) -> Look:
        """Raises NotFound."""
        approval = stored.approval
        grounds = await self.grounds.of(approval)
        found = _obstacles(approval, grounds.profile, person)
        return Look(
            stored=stored,
            grounds=grounds,
            person=person,
            sender=sender,
            standing=_standing(approval, person, found),
            status=approval.status_at(self.clock()),
            obstacles=found,
        )

    async def may_approve(self, approval: Approval, person: Person) -> bool:
        """By the profile alone, for a list: whether who asked may still ask is not looked at."""
        profile = await self.grounds.profiles.find(approval.profile)
        return bool(approval.missing) and not _obstacles(approval, profile, person)


def _obstacles(approval: Approval, profile: Profile | None, person: Person) -> tuple[Obstacle, ...]:
    if profile is None:
        return (Obstacle.NOT_LISTED,)
    return obstacles_of_approver(
        profile,
        person,
        asker=approval.asker.handle,
        decided=[each.by for each in approval.gestures],
        gesture=None,
    )


def _standing(approval: Approval, person: Person, found: tuple[Obstacle, ...]) -> Standing:
    if person.handle == approval.asker.handle:
        return Standing.ASKER
    has_decided = any(each.by == person.handle for each in approval.gestures)
    if has_decided or Obstacle.NOT_LISTED not in found:
        return Standing.APPROVER
    if person.roles.isdisjoint(_READERS):
        raise NotFound
    return Standing.READER
