"""Reads the tables and the log while the service runs, to compare them.

The order of the reads allows for changes during these minutes. The outbox is first: if a partition
later has an event that was written before, the outbox had its notice. The tables are next: a
partition has the event of each change that is not sealed, after all its other rows. The log is
last, so it has everything that was sealed until then.
"""

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta

from shared.audit.instants import write_instant
from shared.audit_log.trusted_log import TrustedLog
from shared.crosscheck.comparing import Report, compare
from shared.crosscheck.recorded import Record
from shared.crosscheck.session_findings import Span
from shared.crosscheck.stored import Stored, WaitingEvent
from shared.storage.access.profiles import TABLE as PROFILES
from shared.storage.accounts.accounts import TABLE as ACCOUNTS
from shared.storage.accounts.links import TABLE as LINKS
from shared.storage.audit.audit_log import LOG, AuditLog
from shared.storage.audit.audit_outbox import TABLE as OUTBOX
from shared.storage.audit.audit_outbox import AuditOutbox, Pending
from shared.storage.audit.configuration_snapshot import TABLE as KNOWN
from shared.storage.audit.configuration_snapshot import ConfigurationSnapshots
from shared.storage.audit.erasures import ErasureStore
from shared.storage.audit.statements import is_event_row
from shared.storage.audit.tagged import timestamp
from shared.storage.audit.tombstones import MARKS
from shared.storage.groups.definitions import TABLE as GROUPS
from shared.storage.openid.clients import TABLE as CLIENTS
from shared.storage.operator_uses import OperatorUses
from shared.storage.stored_rows import (
    COLUMNS,
    LOG_COLUMNS,
    authentic_beside,
    gather,
    is_filed,
    read_beside,
    read_entry,
)
from shared.storage.tables.rows import Row
from shared.storage.tables.table import PAGE, Table

_EVERYTHING = "PartitionKey ge @first"
_WITH_EVENTS = (str(ErasureStore.partition), str(OperatorUses.partition))
_SKEW = timedelta(minutes=15)
"""The clocks of instances differ by less than this."""


class Crosschecking:
    def __init__(
        self,
        *,
        outbox: AuditOutbox,
        log: AuditLog,
        trusted_log: TrustedLog,
        longest_session: timedelta,
        table: Callable[[str], Table],
    ) -> None:
        """`table` returns the table with a name."""
        self._outbox = outbox
        self._log = log
        self._trusted_log = trusted_log
        self._longest = longest_session
        self._table = table

    async def check(self, *, restored: bool = False) -> Report:
        """With `restored`, missing sessions and passes are not reported.

        Raises StorageUnavailable, KeysUnavailable, LogInconsistent.
        """
        now, stored = await self._outbox.now(), Stored()
        await self._read_outbox(stored, now)
        for name in (ACCOUNTS, LINKS, CLIENTS, GROUPS, PROFILES, KNOWN):
            await self._read_table(name, stored, now)
        since = write_instant(now - self._longest + _SKEW)
        record = Record(keeps_session=lambda key, at: key in stored.sessions or at > since)
        await self._read_log(stored, record, now)
        _add_waiting(stored, record)
        span = Span(at=write_instant(now + _SKEW), sessions_since=since, restored=restored)
        return compare(stored, record, span)

    async def _read_outbox(self, stored: Stored, now: datetime) -> None:
        last: Pending | None = None
        while page := await self._outbox.read(limit=PAGE, after=last):
            ours = {each.id for each in await self._trusted_log.accepted(page)}
            for each in page:
                minutes = int((now - each.written).total_seconds() // 60)
                stored.waiting[each.id] = WaitingEvent(
                    event_id=each.id, authentic=each.id in ours, minutes=minutes
                )
            last = page[-1]
        async for row in self._rows(OUTBOX, ("PartitionKey", "RowKey", "Places"), first=MARKS):
            places = str(row.get("Places", "")).split("\n")
            stored.marks |= {(row["RowKey"], place) for place in places}

    async def _read_table(self, name: str, stored: Stored, now: datetime) -> None:
        async for row in self._rows(name, COLUMNS[name]):
            place = f"{name}/{row['PartitionKey']}"
            if name == KNOWN and not _is_compared(place, row["RowKey"]):
                continue
            try:
                if is_event_row(row["RowKey"]):
                    await self._read_beside(name, row, stored, now)
                else:
                    gather(name, row, stored)
            except (KeyError, ValueError, TypeError):
                stored.unreadable.append(place)

    async def _read_beside(self, name: str, row: Row, stored: Stored, now: datetime) -> None:
        found = read_beside(name, row)
        authentic = found is None or bool(await self._trusted_log.accepted([found]))
        new = timestamp(row) >= now - timedelta(seconds=2)  # `now` is rounded up
        stored.beside.append(authentic_beside(found, row, name, authentic=authentic, new=new))

    async def _read_log(self, stored: Stored, record: Record, now: datetime) -> None:
        """Reads the sealed entries only."""
        size = (await self._log.head()).size
        async for row in self._rows(LOG, LOG_COLUMNS):
            if int(row["RowKey"]) >= size:
                return
            leaf, personal = read_entry(row)
            record.add(leaf, personal, new=timestamp(row) >= now - timedelta(seconds=2))
            if not is_filed(row, leaf):
                stored.misfiled.append(int(row["RowKey"]))

    async def _rows(
        self, name: str, columns: tuple[str, ...], *, first: str = ""
    ) -> AsyncIterator[Row]:
        pages = self._table(name).pages(_EVERYTHING, {"first": first}, select=columns)
        async for page in pages:
            for row in page:
                yield row


def _is_compared(place: str, key: str) -> bool:
    """Whether a row of this table is compared: a snapshot, or an event of an erasure or a use."""
    is_beside = place in _WITH_EVENTS and is_event_row(key)
    return is_beside or place == str(ConfigurationSnapshots.partition)


def _add_waiting(stored: Stored, record: Record) -> None:
    """Add the changes whose events are recorded and not sealed yet."""
    for each in sorted(stored.beside, key=lambda beside: beside.event_id):
        waits = each.event_id in stored.waiting and record.outcome(each.event_id) is None
        if each.leaf is not None and each.authentic and waits:
            record.add(each.leaf, each.personal)
