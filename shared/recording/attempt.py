"""An attempt to make a change, from its notice to its outcome."""

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from dataclasses import replace
from types import TracebackType
from typing import NoReturn, Protocol, Self, Unpack

from shared.audit.event import Event, Kind, Outcome
from shared.audit.statement import Statement, StatementKey
from shared.errors import (
    CeremonyNotFound,
    ConcurrentUse,
    KeysUnavailable,
    MalformedRequest,
    ProviderUnavailable,
    StorageUnavailable,
    TooManyRequests,
    TouchstoneError,
)
from shared.recording.event_details import EventDetails
from shared.recording.event_writer import EventWriter
from shared.recording.reasons import reason_of
from shared.recording.refusals import IsRecorded
from shared.storage.audit.audit_outbox import AuditOutbox
from shared.storage.audit.statements import Partition

logger = logging.getLogger("touchstone.audit")

_UNDECIDED = (StorageUnavailable, KeysUnavailable, ProviderUnavailable)
_NO_ATTEMPTS = (CeremonyNotFound, MalformedRequest, TooManyRequests)
NO_FAILURES = (*_UNDECIDED, *_NO_ATTEMPTS)
"""Every other refusal is recorded as an event, with the available evidence."""


class Change(Protocol):
    """A function of a store. All its arguments are given, except the event."""

    def __call__(self, *, event: Statement) -> Awaitable[bool]: ...


class Claim(Protocol):
    """Claims a challenge and stores the notice, or does neither and returns False."""

    def __call__(self, *, notice: Statement) -> Awaitable[bool]: ...


class Attempt:
    """Use it as a context manager: a refusal that leaves the block is recorded."""

    def __init__(
        self, event: Event, writer: EventWriter, outbox: AuditOutbox, *, is_recorded: IsRecorded
    ) -> None:
        self._event = event
        self._writer = writer
        self._outbox = outbox
        self._is_recorded = is_recorded
        self._notice: asyncio.Task[object] | None = None
        self._key: StatementKey | None = None
        self._has_outcome = False

    @property
    def id(self) -> str:
        return self._event.id

    def reclassify(self, kind: Kind) -> None:
        """Change the kind of the event, if it turns out to be another one."""
        self._event = replace(self._event, kind=kind)

    def add_details(self, **details: Unpack[EventDetails]) -> None:
        """Add details to the event. Every outcome has them."""
        self._event = self._with(details)

    def _with(self, details: EventDetails) -> Event:
        if "facts" in details:
            details["facts"] = {**self._event.facts, **details["facts"]}
        return self._writer.with_details(self._event, details)

    async def announce(self, *partitions: Partition, **details: Unpack[EventDetails]) -> None:
        """Add details and store the notice. Before that, reads are allowed and changes are not.

        The success may be written to one of `partitions`. Raises StorageUnavailable,
        KeysUnavailable.
        """
        self.add_details(**details)
        self._notice = asyncio.create_task(self._announce(partitions))
        await self._notice

    async def _announce(self, partitions: Sequence[Partition]) -> None:
        await self._outbox.put(await self._make_notice(), *partitions)

    async def announce_by(self, claim: Claim) -> bool:
        """Like `announce`, with a notice that is stored if a challenge is claimed. Return False if
        it is not: then there is no notice."""
        self._notice = claiming = asyncio.create_task(self._claim(claim))
        if not await claiming:
            self._notice = None
        return self._notice is not None

    async def _claim(self, claim: Claim) -> bool:
        return await claim(notice=await self._make_notice())

    async def _make_notice(self) -> Statement:
        self._key = await self._writer.key()
        return self._writer.statement_of(self._event, self._key)

    async def commit(self, change: Change, **details: Unpack[EventDetails]) -> None:
        """Make the change together with the event of success. Raises ConcurrentUse if the change
        is no longer possible."""
        if not await self.try_commit(change, **details):
            raise ConcurrentUse

    async def try_commit(self, change: Change, **details: Unpack[EventDetails]) -> bool:
        """Like `commit`, but return False if not possible. Then no success is recorded either."""
        return await change(event=self.success(**details))

    def success(self, **details: Unpack[EventDetails]) -> Statement:
        """The event of success. Write it in the transaction of the change, after the notice."""
        return self._state_announced(self._succeeded(details))

    def failure(self, error: TouchstoneError) -> Statement:
        """Like `success`, for a change that refuses a request."""
        return self._state_announced(self._failed(error))

    def _state_announced(self, event: Event) -> Statement:
        if self._key is None:
            raise RuntimeError("a change is recorded before its notice")
        return self._writer.statement_of(event, self._key)

    async def fail_with_change(self, error: TouchstoneError, change: Change) -> NoReturn:
        """Make a change together with the event of a failure, and raise the error."""
        failed = self._writer.statement_of(self._failed(error), await self._writer.key())
        self._has_outcome = await change(event=failed)
        raise error

    async def succeed(self, **details: Unpack[EventDetails]) -> None:
        """Record a success that changed nothing. Raises StorageUnavailable, KeysUnavailable."""
        await self._settle(self._succeeded(details))

    async def withdraw(self) -> None:
        """Remove the notice: there was nothing to attempt."""
        await self._outbox.withdraw(self._event.id)

    async def refuse(self, error: BaseException | None) -> None:
        """Record a refusal, once.

        An outage is no decision, so the attempt stays as it is. A limit has its own event, as a
        flood of requests must not become a flood of events. A request for something that does not
        exist, such as a ceremony that is over, is no attempt.
        """
        if not isinstance(error, TouchstoneError) or isinstance(error, _UNDECIDED):
            return
        if self._has_outcome:
            return
        self._has_outcome = True
        try:
            if not isinstance(error, _NO_ATTEMPTS):
                await self._record_refusal(self._failed(error))
            elif self._notice:
                await asyncio.wait([self._notice])  # else it could be written after its removal
                await self.withdraw()
        except (StorageUnavailable, KeysUnavailable):
            logger.error("a refusal could not be recorded: %s", self._event.kind)

    async def _record_refusal(self, refused: Event) -> None:
        if self._notice or await self._is_recorded(refused):
            await self._settle(refused)

    async def _settle(self, event: Event) -> None:
        """Replace the notice, if there is one, by the outcome. If the notice is gone, the attempt
        was given up meanwhile, and stays recorded as given up."""
        statement = self._writer.statement_of(event, await self._writer.key())
        if not await self._outbox.settle(statement, announced=self._is_announced):
            logger.error("an attempt was given up before its outcome: %s", event.kind)

    @property
    def _is_announced(self) -> bool:
        notice = self._notice
        if notice is None or not notice.done() or notice.cancelled():
            return False
        return notice.exception() is None

    def _succeeded(self, details: EventDetails) -> Event:
        return replace(self._with(details), outcome=Outcome.SUCCESS)

    def _failed(self, error: TouchstoneError) -> Event:
        reason = self._event.reason or reason_of(error)
        return replace(self._event, outcome=Outcome.FAILURE, reason=reason)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.refuse(error)
