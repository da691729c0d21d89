"""What a person may ask for, and what it will take."""

from collections.abc import Callable
from datetime import datetime

from shared.access.profiles.profile import Kind
from shared.access.profiles.requirements import Offer, offer
from shared.access_broker.approvals.senders import Bearer, Senders
from shared.access_broker.people import person_of
from shared.access_broker.profiles.directory import ProfileDirectory


class AccessListing:
    def __init__(
        self,
        *,
        directory: ProfileDirectory,
        senders: Senders,
        certificates: bool,
        clock: Callable[[], datetime],
    ) -> None:
        self._directory = directory
        self._senders = senders
        self._certificates = certificates
        self._clock = clock

    async def offers(self, by: Bearer) -> list[Offer]:
        """Sorted by name, without what this service cannot give.

        Raises TokenInvalid, StorageUnavailable.
        """
        sender, owner = await self._senders.confirm_owner(by)
        gesture = sender.gesture(owner)
        person, now = person_of(owner.account), self._clock()
        offers = [
            offer(profile, person, client=sender.client, gesture=gesture, now=now)
            for profile in await self._directory.all()
            if self._certificates or profile.kind is not Kind.POSTGRESQL_CERTIFICATE
        ]
        return [each for each in offers if each is not None]
