"""What a person may ask for, and what it will take."""

from collections.abc import Callable
from datetime import datetime

from shared.access.profiles.requirements import Offer, offer
from shared.access_broker.people import gesture_of, person_of
from shared.access_broker.profiles.directory import ProfileDirectory
from shared.errors import TokenInvalid
from shared.principals import AccountHolder
from shared.relying_party.callers.callers import Callers
from shared.sessions.session import hash_credential

_TWO_FACTORS = 2
"""The assurance level of a sign-in that verified the user."""


class AccessListing:
    def __init__(
        self,
        *,
        directory: ProfileDirectory,
        callers: Callers,
        clock: Callable[[], datetime],
    ) -> None:
        self._directory = directory
        self._callers = callers
        self._clock = clock

    async def offers(self, holder: AccountHolder) -> list[Offer]:
        """Sorted by name. Raises TokenInvalid, StorageUnavailable."""
        owner = await self._callers.own_account(holder)
        used = [
            record
            for record in owner.records
            if hash_credential(record.id) == holder.token.credential_hash
        ]
        if not used:
            raise TokenInvalid
        gesture = gesture_of(
            used[0], at=holder.token.auth_time, user_verified=holder.token.aal >= _TWO_FACTORS
        )
        person, now = person_of(owner.account), self._clock()
        offers = [
            offer(profile, person, client=None, gesture=gesture, now=now)
            for profile in await self._directory.all()
        ]
        return [each for each in offers if each is not None]
