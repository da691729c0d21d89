"""How stories tell the audit trail what they do.

    attempt = trail.attempt(Kind.PASS_ISSUED, actor=…, target=…)
    async with attempt:                                   # a refusal inside becomes a failure
        await asyncio.gather(attempt.announce(place), …)  # before any change
        await passes.put(access_pass, event=attempt.success())
        …

The notice is durable before the change, and the event of success is written with the change, in one
transaction. So no success is answered that is not on record, and a process that ends in between
leaves "attempted". `shared.storage.audit.audit_outbox` tells where the two are kept.

If the notice cannot be written, the request fails with StorageUnavailable. A refusal whose event
cannot be written stays a refusal: what is on record then is the attempt, or for a request that was
refused before it began anything, nothing.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import NoReturn, Self, Unpack

from shared.audit.event import (
    EVENT_ID_RANDOM_BYTES,
    Event,
    Kind,
    Outcome,
    milliseconds,
    new_event_id,
)
from shared.audit.statement import Statement, StatementKey, make_statement
from shared.errors import (
    CeremonyNotFound,
    KeysUnavailable,
    MalformedRequest,
    ProviderUnavailable,
    StorageUnavailable,
    TooManyRequests,
    TouchstoneError,
)
from shared.recording.event_details import EventDetails, RecordingOptions
from shared.recording.reasons import reason_of
from shared.recording.refusals import IsRecorded, always
from shared.recording.request_source import current_source
from shared.storage.audit.audit_outbox import AuditOutbox
from shared.storage.audit.statements import Partition

logger = logging.getLogger("touchstone.audit")

_UNDECIDED = (StorageUnavailable, KeysUnavailable, ProviderUnavailable)
_NO_ATTEMPTS = (CeremonyNotFound, MalformedRequest, TooManyRequests)
NO_FAILURES = (*_UNDECIDED, *_NO_ATTEMPTS)
"""All other refusals leave an event that says so, with what evidence there is."""


class AuditRecorder:
    def __init__(
        self,
        outbox: AuditOutbox,
        telling: RecordingOptions,
        *,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
        key: Callable[[], Awaitable[StatementKey]],
    ) -> None:
        """`key` is that by which the service knows its own statements when it seals them."""
        self.key = key
        self.is_recorded: IsRecorded = always
        """Whether a refusal that nothing was begun for is put on record: there may be too many."""
        self._outbox = outbox
        self._telling = telling
        self._clock = clock
        self._random = random
        self._latest = (0, 0)

    def attempt(self, kind: Kind, **what: Unpack[EventDetails]) -> "Attempt":
        return Attempt(self, self._outbox, self._event(kind, Outcome.ATTEMPTED, what))

    async def record(
        self, kind: Kind, outcome: Outcome = Outcome.SUCCESS, **what: Unpack[EventDetails]
    ) -> None:
        """An event that tells of no change. Raises StorageUnavailable, KeysUnavailable."""
        event = self._event(kind, outcome, what)
        await self._outbox.put(self.state(event, await self.key()))

    async def sample(self, kind: Kind, *, random: bytes, **what: Unpack[EventDetails]) -> None:
        """Tell of one in so many; `random` decides, and is the ceremony's own."""
        one_in = self._telling.sample_one_in
        if one_in and int.from_bytes(random[:4]) % one_in == 0:
            what["facts"] = {"oneIn": one_in}
            await self.record(kind, **what)

    def state(self, event: Event, key: StatementKey) -> Statement:
        return make_statement(event, random=self._random, key=key)

    def _event(self, kind: Kind, outcome: Outcome, what: EventDetails) -> Event:
        now = self._clock()
        event = Event(
            id=self._new_id(now),
            at=now,
            kind=kind,
            outcome=outcome,
            deployment=self._telling.deployment,
            source=current_source(),
        )
        return self.complete(event, what)

    def _new_id(self, now: datetime) -> str:
        millisecond, sequence = self._latest
        this = milliseconds(now)
        self._latest = this, sequence + 1 if this == millisecond else 0
        random = self._random(EVENT_ID_RANDOM_BYTES)
        return new_event_id(now, sequence=self._latest[1], random=random)

    def complete(self, event: Event, what: EventDetails) -> Event:
        event = replace(event, **what)
        if self._telling.with_names:
            return event
        return replace(
            event,
            actor=event.actor and event.actor.without_name(),
            target=event.target and event.target.without_name(),
            credential_name=None,
        )


class Attempt:
    """Something that may change what is stored, from its notice to its outcome."""

    def __init__(self, trail: AuditRecorder, outbox: AuditOutbox, event: Event) -> None:
        self._trail = trail
        self._outbox = outbox
        self._event = event
        self._notice: asyncio.Task[None] | None = None
        self._key: StatementKey | None = None
        self._told = False

    @property
    def id(self) -> str:
        return self._event.id

    def reclassify(self, kind: Kind) -> None:
        """It is something else than it looked like."""
        self._event = replace(self._event, kind=kind)

    def add_details(self, **what: Unpack[EventDetails]) -> None:
        """What turned out on the way: it will be in the outcome, whichever that is."""
        self._event = self._with(what)

    def _with(self, what: EventDetails) -> Event:
        if "facts" in what:
            what["facts"] = {**self._event.facts, **what["facts"]}
        return self._trail.complete(self._event, what)

    async def announce(self, *places: Partition) -> None:
        """Put the notice on record. Nothing may change before; what is read may be read meanwhile.

        Raises StorageUnavailable, KeysUnavailable.
        """
        self._notice = asyncio.create_task(self._announce(places))
        await self._notice

    async def _announce(self, places: Sequence[Partition]) -> None:
        self._key = await self._trail.key()
        await self._outbox.put(self._trail.state(self._event, self._key), *places)

    def success(self, **what: Unpack[EventDetails]) -> Statement:
        """To be written with the change, after the notice. Where that is not made, nothing of it
        was ever so."""
        if self._key is None:
            raise RuntimeError("a change is recorded before its notice")
        return self._trail.state(replace(self._with(what), outcome=Outcome.SUCCESS), self._key)

    def failure(self, error: TouchstoneError) -> Statement:
        """As `success`, of a change that is a refusal."""
        if self._key is None:
            raise RuntimeError("a change is recorded before its notice")
        return self._trail.state(self._failed(error), self._key)

    async def _settle(self, event: Event) -> None:
        """In the place of the notice, if there was one. It is gone if it took so long that the
        attempt was given up: then that is what is on record."""
        statement = self._trail.state(event, await self._trail.key())
        if not await self._outbox.settle(statement, announced=self._is_announced):
            logger.error("an attempt was given up before its outcome: %s", event.kind)

    @property
    def _is_announced(self) -> bool:
        notice = self._notice
        return (
            notice is not None
            and notice.done()
            and not notice.cancelled()
            and not (notice.exception())
        )

    async def fail_with_change(
        self, error: TouchstoneError, change: Callable[[Statement], Awaitable[bool]]
    ) -> NoReturn:
        """Refuse with a change that tells of it in its own transaction, and raise the error."""
        failed = self._trail.state(self._failed(error), await self._trail.key())
        self._told = await change(failed)
        raise error

    async def succeed(self, **what: Unpack[EventDetails]) -> None:
        """Tell of a success that changed nothing. Raises StorageUnavailable, KeysUnavailable."""
        await self._settle(replace(self._with(what), outcome=Outcome.SUCCESS))

    async def withdraw(self) -> None:
        """It turned out that there was nothing to attempt."""
        await self._outbox.withdraw(self._event.id)

    async def refuse(self, error: BaseException | None) -> None:
        """Tell of a refusal, once. What is no decision stays an attempt. What was refused for being
        too much is told by its limit, or a flood of requests would be a flood of events. What asks
        for nothing that there is, such as a ceremony that is over, was no attempt."""
        if not isinstance(error, TouchstoneError) or isinstance(error, _UNDECIDED) or self._told:
            return
        self._told = True
        try:
            if not isinstance(error, _NO_ATTEMPTS):
                await self._tell_refusal(self._failed(error))
            elif self._notice:
                await asyncio.wait([self._notice])  # or it might come after its withdrawal
                await self._outbox.withdraw(self._event.id)
        except (StorageUnavailable, KeysUnavailable):
            logger.error("a refusal could not be recorded: %s", self._event.kind)

    async def _tell_refusal(self, refused: Event) -> None:
        if self._notice or await self._trail.is_recorded(refused):  # it may have begun something
            await self._settle(refused)

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
