"""Commits the result of a correct assertion, with events for unusual observations in it."""

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Unpack

from shared.accounts.records import CredentialRecord
from shared.errors import ConcurrentUse
from shared.recording.attempt import Attempt, Change
from shared.recording.audit_recorder import AuditRecorder
from shared.recording.ceremony_events import observed_in
from shared.recording.event_details import EventDetails
from shared.storage.audit.statements import Partition
from shared.webauthn.authentication import VerifiedAssertion

logger = logging.getLogger("touchstone.authentication")


@dataclass(frozen=True, slots=True)
class Observations:
    _attempts: Sequence[Attempt]
    _partition: Partition

    async def commit(
        self, attempt: Attempt, change: Change | None, **details: Unpack[EventDetails]
    ) -> None:
        """Make the change with the event of success, or record the success of what changes nothing.
        The notices of the observations are written concurrently. If the change is no longer
        possible, no observation is recorded, and the attempt fails with ConcurrentUse."""
        await self.commit_beside(_succeed(attempt, change, details))

    async def commit_beside(self, change: Awaitable[bool]) -> None:
        """As `commit`, for a change that has no event here."""
        is_made, _ = await asyncio.gather(change, self._announce())
        await asyncio.gather(
            *(each.succeed() if is_made else each.withdraw() for each in self._attempts)
        )
        if not is_made:
            raise ConcurrentUse

    async def _announce(self) -> None:
        await asyncio.gather(*(each.announce(self._partition) for each in self._attempts))


async def _succeed(attempt: Attempt, change: Change | None, details: EventDetails) -> bool:
    if change is not None:
        return await attempt.try_commit(change, **details)
    await attempt.succeed(**details)
    return True


def observe(
    recorder: AuditRecorder,
    record: CredentialRecord,
    verified: VerifiedAssertion,
    partition: Partition,
) -> Observations:
    """`partition` is the partition of the account."""
    odd = observed_in(record, verified)
    for kind, _ in odd:
        logger.warning("a sign-in is right, but odd: %s", kind.value)
    return Observations([recorder.attempt(kind, **details) for kind, details in odd], partition)
