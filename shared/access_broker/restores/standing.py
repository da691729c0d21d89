"""Whether a restore still stands right before Azure is asked, which may be an hour after the use of
its approval: the profile as approvers knew it, and the people as they are now."""

import asyncio
from dataclasses import dataclass

from shared.access.profiles.documents import state_of
from shared.access.profiles.eligibility import may_still_approve, may_still_ask
from shared.access.restores.answers import Failure
from shared.access.restores.record import Order
from shared.access_broker.approvals.grounds import PersonFinder, ProfileFinder


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    profiles: ProfileFinder
    people: PersonFinder

    async def find_obstacle(self, order: Order) -> Failure | None:
        """Raises StorageUnavailable. Time windows, gestures and the session counted when it was
        used: a restore goes on though its asker has signed out since then."""
        profile, asker, approvers = await asyncio.gather(
            self.profiles.find(order.profile),
            self.people.find(order.asker),
            asyncio.gather(*map(self.people.find, order.approvers)),
        )
        if profile is None or state_of(profile) != order.profile_state:
            return Failure("profile_changed")
        if asker is None or not may_still_ask(profile, asker):
            return Failure("asker_may_not_ask_any_more")
        if not all(each is not None and may_still_approve(profile, each) for each in approvers):
            return Failure("approver_may_not_approve_any_more")
        return None
