"""Makes events, and writes those that report no change."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Unpack

from shared.audit.event import Event, Kind, Outcome
from shared.audit.event_id import EVENT_ID_RANDOM_BYTES, new_event_id
from shared.audit.instants import milliseconds
from shared.audit.statement import Statement, StatementKey, make_statement
from shared.recording.event_details import EventDetails, RecordingOptions, members_of
from shared.recording.request_source import current_source
from shared.storage.audit.audit_outbox import AuditOutbox


class EventWriter:
    def __init__(
        self,
        outbox: AuditOutbox,
        options: RecordingOptions,
        *,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
        key: Callable[[], Awaitable[StatementKey]],
    ) -> None:
        """`key` tags events, so that only the service's own events are sealed."""
        self.key = key
        self._outbox = outbox
        self._options = options
        self._clock = clock
        self._random = random
        self._latest = (0, 0)

    async def record(
        self, kind: Kind, outcome: Outcome = Outcome.SUCCESS, **details: Unpack[EventDetails]
    ) -> None:
        """Write an event that reports no change. Raises StorageUnavailable, KeysUnavailable."""
        event = self.new_event(kind, outcome, details)
        await self._outbox.put(self.statement_of(event, await self.key()))

    async def sample(self, kind: Kind, *, random: bytes, **details: Unpack[EventDetails]) -> None:
        """Record one of many events. `random`, from the ceremony, decides which one."""
        one_in = self._options.sample_one_in
        if one_in and int.from_bytes(random[:4]) % one_in == 0:
            details["facts"] = {"oneIn": one_in}
            await self.record(kind, **details)

    def new_event(
        self, kind: Kind, outcome: Outcome, details: EventDetails, *, shard: str | None = None
    ) -> Event:
        """`shard` is the partition of the outbox, if it must be a certain one."""
        now = self._clock()
        event = Event(
            id=self._new_id(now, shard),
            at=now,
            kind=kind,
            outcome=outcome,
            deployment=self._options.deployment,
            source=current_source(),
        )
        return self.with_details(event, details)

    def _new_id(self, now: datetime, shard: str | None) -> str:
        millisecond, sequence = self._latest
        this = milliseconds(now)
        self._latest = this, sequence + 1 if this == millisecond else 0
        random = self._random(EVENT_ID_RANDOM_BYTES)
        return new_event_id(now, sequence=self._latest[1], random=random, last_digit=shard)

    def with_details(self, event: Event, details: EventDetails) -> Event:
        event = replace(event, **members_of(details))
        if self._options.with_names:
            return event
        return replace(
            event,
            actor=event.actor and event.actor.without_name(),
            target=event.target and event.target.without_name(),
            credential_name=None,
        )

    def statement_of(self, event: Event, key: StatementKey) -> Statement:
        return make_statement(event, random=self._random, key=key)
