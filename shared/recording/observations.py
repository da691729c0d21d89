"""Commits the result of a correct assertion, with events for unusual observations in it."""

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.accounts.records import CredentialRecord
from shared.audit.statement import Statement
from shared.errors import ConcurrentUse
from shared.recording.attempt import Attempt, Change
from shared.recording.audit_recorder import AuditRecorder
from shared.recording.ceremony_events import observed_in
from shared.storage.audit.statements import Partition
from shared.webauthn.authentication import VerifiedAssertion

logger = logging.getLogger("touchstone.authentication")


class Addition(Protocol):
    """A function of a store that adds a row. All its arguments are given, except the event."""

    def __call__(self, *, event: Statement) -> Awaitable[None]: ...


@dataclass(frozen=True, slots=True)
class Observations:
    _attempts: Sequence[Attempt]
    _partition: Partition

    async def commit(
        self,
        attempt: Attempt,
        add: Addition,
        *,
        session: bytes,
        token: str,
        beside: Awaitable[bool],
        undo: Change,
    ) -> None:
        """Add a row with the event of success. The notices of the observations and `beside` are
        written concurrently. If `beside` returns False, the row is removed again, no observation is
        recorded, and the attempt fails with ConcurrentUse."""
        attempt.add_details(session=session)
        _, is_kept, _ = await asyncio.gather(
            add(event=attempt.success(token=token)), beside, self._announce()
        )
        await asyncio.gather(
            *(each.succeed() if is_kept else each.withdraw() for each in self._attempts)
        )
        if not is_kept:
            await attempt.fail_with_change(ConcurrentUse(), undo)

    async def succeed(self, attempt: Attempt, *, usage: Awaitable[bool]) -> None:
        """Record the success of an assertion that opens no session. The notices of the observations
        and `usage` are written first, concurrently. If `usage` returns False, ConcurrentUse is
        raised, and no success or observation is recorded."""
        is_kept, _ = await asyncio.gather(usage, self._announce())
        await asyncio.gather(
            *(each.succeed() if is_kept else each.withdraw() for each in self._attempts)
        )
        if not is_kept:
            raise ConcurrentUse
        await attempt.succeed()

    async def _announce(self) -> None:
        await asyncio.gather(*(each.announce(self._partition) for each in self._attempts))


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
