"""Shipping: sealed entries are sent to each destination, in order, at least once.

A cursor for each destination has its position. It moves on after the destination has confirmed that
all entries are stored, so lost entries are sent again. Readers recognize repeated events by their
IDs. If a destination is busy or unreachable, no instance sends to it for a while, and longer each
time. If a destination refuses a single entry for its content, the entry is shelved: its index and
the reason are kept, and the next entries are sent. So one bad event does not block the others.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from shared.audit.instants import read_instant
from shared.audit.log_entry import LogEntry
from shared.audit_log.destinations.destination import Destination, NotNow, Unacceptable
from shared.audit_log.trusted_log import TrustedLog
from shared.errors import LogInconsistent
from shared.storage.audit.audit_log import AuditLog
from shared.storage.audit.cursors import Cursor, CursorStore

logger = logging.getLogger("touchstone.shipping")

_FIRST_WAIT = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(hours=1)
_BEYOND = "its cursor is at entry {}, and the log has {}"
_TRIES = 5
"""Tries before a batch is shelved, if the destination accepts none of its entries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryLag:
    """The entries that a destination does not have yet."""

    entries: int
    since: datetime | None
    """The time of the oldest of these events."""
    failing: str | None
    """The reason, if the last try failed."""
    shelved: int


class Delivery:
    def __init__(
        self,
        destinations: Sequence[Destination],
        *,
        log: AuditLog,
        trusted_log: TrustedLog,
        cursors: CursorStore,
        clock: Callable[[], datetime],
    ) -> None:
        self._destinations = destinations
        self._trusted_log = trusted_log
        self._log = log
        self._cursors = cursors
        self._clock = clock

    async def ship(self, *, until: datetime) -> int:
        """Send the sealed entries, and return their number. No batch begins after `until`.

        All destinations are sent to at the same time, so that none waits for a slow one. An error
        is raised when all have ended.

        Raises StorageUnavailable, KeysUnavailable, and LogInconsistent if entries were not signed.
        Those are not sent.
        """
        results = await asyncio.gather(
            *(self._try(destination, until) for destination in self._destinations),
            return_exceptions=True,
        )
        for result in results:
            if isinstance(result, BaseException):
                raise result
        return sum(result for result in results if isinstance(result, int))

    async def _try(self, destination: Destination, until: datetime) -> int:
        with self._trusted_log.reporting(f"shipped to {destination.name}"):
            return await self._ship_to(destination, until)

    async def _ship_to(self, destination: Destination, until: datetime) -> int:
        cursor, shipped = await self._cursors.load(destination.name), 0
        head = await self._trusted_log.signed_head()
        if cursor.next > head.size:
            raise LogInconsistent(_BEYOND.format(cursor.next, head.size))
        while cursor.next < head.size and cursor.wait_until <= self._clock() < until:
            entries = await self._trusted_log.signed_entries(cursor.next, head)
            moved = await self._send(destination, cursor, entries)
            stored = await self._cursors.store(destination.name, moved)
            if stored is None:  # another instance ships too; readers see a repeated event once
                return shipped
            shipped += stored.next - cursor.next
            cursor = stored
        # Logged in each run, also if there was nothing to send: the alert audit-silent reads it.
        logger.info("shipped to %s: %d of %d entries", destination.name, cursor.next, head.size)
        return shipped

    async def _send(
        self, destination: Destination, cursor: Cursor, entries: Sequence[LogEntry]
    ) -> Cursor:
        """Return the cursor after the batch."""
        delivery = await _deliver(destination, entries)
        if delivery.refused and not delivery.accepted and cursor.failures < _TRIES:
            # It is more likely that the destination is set up wrongly than that every entry is bad.
            error = NotNow(next(iter(delivery.refused.values())))
            return self._put_off(destination, cursor, error)
        passed = delivery.accepted + len(delivery.refused)
        if delivery.put_off and not passed:
            return self._put_off(destination, cursor, delivery.put_off)
        for index, reason in delivery.refused.items():
            logger.error("%s refuses entry %d: %s", destination.name, index, reason)
            await self._cursors.shelve(destination.name, index, reason)
        moved = replace(
            cursor,
            next=cursor.next + passed,
            shelved=cursor.shelved + len(delivery.refused),
            failures=0,
            reason="",
            wait_until=self._clock(),
        )
        if delivery.put_off is None:
            return moved
        return self._put_off(destination, moved, delivery.put_off)

    def _put_off(self, destination: Destination, cursor: Cursor, error: NotNow) -> Cursor:
        logger.warning("%s accepts nothing now: %s", destination.name, error.reason)
        wait = min(_FIRST_WAIT * 2 ** min(cursor.failures, 10), _LONGEST_WAIT)
        return replace(
            cursor,
            failures=cursor.failures + 1,
            reason=error.reason,
            wait_until=self._clock() + max(wait, error.retry_after or wait),
        )

    async def lags(self) -> dict[str, DeliveryLag]:
        """Return the lag of each destination. Raises StorageUnavailable."""
        if not self._destinations:
            return {}
        size = (await self._log.head()).size
        return {each.name: await self._lag(each.name, size) for each in self._destinations}

    async def _lag(self, name: str, size: int) -> DeliveryLag:
        try:
            cursor = await self._cursors.load(name)
        except LogInconsistent as error:
            return DeliveryLag(entries=size, since=None, failing=str(error), shelved=0)
        oldest = await self._log.entries(cursor.next, limit=1) if cursor.next < size else []
        beyond = _BEYOND.format(cursor.next, size) if cursor.next > size else None
        return DeliveryLag(
            entries=max(size - cursor.next, 0),
            since=_happened(oldest[0]) if oldest else None,
            failing=beyond or cursor.reason or None,
            shelved=cursor.shelved,
        )


def _happened(entry: LogEntry) -> datetime | None:
    with suppress(ValueError, KeyError, TypeError):  # a leaf that the service did not write
        return read_instant(entry.statement.read()["at"])
    return None


@dataclass(slots=True, kw_only=True)
class _DestinationRun:
    """The result for the first entries of a batch, up to the point where it was put off."""

    accepted: int = 0
    refused: dict[int, str] = field(default_factory=dict)
    put_off: NotNow | None = None


async def _deliver(destination: Destination, entries: Sequence[LogEntry]) -> _DestinationRun:
    """If a batch is refused, send its halves, to find the bad entry."""
    try:
        await destination.send(entries)
    except NotNow as error:
        return _DestinationRun(put_off=error)
    except Unacceptable as error:
        if len(entries) == 1:
            return _DestinationRun(refused={entries[0].index: error.reason})
        middle = len(entries) // 2
        first = await _deliver(destination, entries[:middle])
        if first.put_off is not None:
            return first
        second = await _deliver(destination, entries[middle:])
        return _DestinationRun(
            accepted=first.accepted + second.accepted,
            refused=first.refused | second.refused,
            put_off=second.put_off,
        )
    return _DestinationRun(accepted=len(entries))
