"""Events of what was odd about an assertion that is accepted all the same."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from shared.accounts.records import CredentialRecord
from shared.errors import ConcurrentUse
from shared.recording.attempt import Attempt, Change
from shared.recording.audit_recorder import AuditRecorder
from shared.recording.ceremony_events import observed_in
from shared.storage.audit.statements import Partition
from shared.webauthn.authentication import VerifiedAssertion

logger = logging.getLogger("touchstone.authentication")


class Observations:
    def __init__(
        self,
        recorder: AuditRecorder,
        record: CredentialRecord,
        verified: VerifiedAssertion,
        *,
        partition: Partition,
    ) -> None:
        """`partition` is that of the account."""
        odd = observed_in(record, verified)
        for kind, _ in odd:
            logger.warning("a sign-in is right, but odd: %s", kind.value)
        self._attempts = [recorder.attempt(kind, **details) for kind, details in odd]
        self._partition = partition

    async def commit[T](
        self,
        attempt: Attempt,
        change: Awaitable[T],
        *,
        beside: Awaitable[bool],
        undo: Callable[[T], Change],
    ) -> T:
        """Record them next to a change, and what else is written beside it. If that returns False,
        the change is undone, they are withdrawn, and the attempt fails with ConcurrentUse."""
        done, is_kept, _ = await asyncio.gather(change, beside, self._announce())
        await asyncio.gather(
            *(each.succeed() if is_kept else each.withdraw() for each in self._attempts)
        )
        if not is_kept:
            await attempt.fail_with_change(ConcurrentUse(), undo(done))
        return done

    async def _announce(self) -> None:
        await asyncio.gather(*(each.announce(self._partition) for each in self._attempts))
