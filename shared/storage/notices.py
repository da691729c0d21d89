"""Notices for receivers elsewhere, until they are delivered.

They are few: those of the last minute, and those for receivers that do not answer.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from shared.audit.statement import Statement
from shared.notice import Notice
from shared.storage.audit.statements import Partition, transact_with_event
from shared.storage.tables.rows import Row, RowUnreadable
from shared.storage.tables.table import Operation, Table, version
from shared.storage.tables.values import read_instant

_MOST_ATTEMPTS = 10_000
"""Many more than there are in a day."""
_DUE = "PartitionKey eq @partition and RowKey gt @after and RowKey lt @end and DueAt le @now"


@dataclass(frozen=True, slots=True)
class StoredNotice[N: Notice]:
    notice: N
    etag: str


@dataclass(frozen=True, slots=True)
class Due[N: Notice]:
    notices: Sequence[StoredNotice[N]]
    go_on_after: str | None
    """Where the next ones begin, if there may be more."""


class Times(TypedDict):
    noted_at: datetime
    due_at: datetime
    attempts: int


class NoticeStore[N: Notice](ABC):
    """The notices of one kind, which are all rows in a range of keys."""

    partition: Partition
    keys: tuple[str, str]
    """All of its row keys are between these two."""

    def __init__(self, table: Table) -> None:
        self._table = table

    @abstractmethod
    def _row_key(self, notice: N) -> str: ...

    @abstractmethod
    def _columns(self, notice: N) -> Mapping[str, Any]:
        """What it has beside its times."""

    @abstractmethod
    def _read(self, row: Row, times: Times) -> N: ...

    async def due(self, now: datetime, *, after: str = "", limit: int) -> Due[N]:
        """Those that are due, in the order of their keys. Rows that cannot be read are left out:
        others wrote them, and no receiver must wait for them."""
        first, end = self.keys
        given: Mapping[str, str | datetime]
        given = {"partition": self.partition.key, "after": after or first, "end": end, "now": now}
        rows = await self._table.query(_DUE, given, limit=limit)
        notices = [found for row in rows if (found := self._find_readable(row)) is not None]
        return Due(notices, rows[-1]["RowKey"] if len(rows) == limit else None)

    async def replace(self, stored: StoredNotice[N], notice: N) -> bool:
        """Return False if somebody else did, or if it is delivered."""
        change = Operation("update", self.row(notice), stored.etag)
        return await self._table.transact([change])

    async def remove(self, notice: N) -> bool:
        """Return False if there is none, or a later one under the same key."""
        etag = await self._version_of(notice)
        if etag is None:
            return False
        return await self._table.transact([self._removal(notice, etag)])

    async def remove_with_event(self, notice: N, *, event: Statement) -> bool:
        """As `remove`."""
        etag = await self._version_of(notice)
        if etag is None:
            return False
        removal = [self._removal(notice, etag)]
        return await transact_with_event(
            self._table, removal, partition=self.partition, event=event
        )

    async def _version_of(self, notice: N) -> str | None:
        row = await self._table.get(self.partition.key, self._row_key(notice))
        return version(row) if row is not None and self._read_row(row) == notice else None

    def _removal(self, notice: N, etag: str) -> Operation:
        return Operation("delete", self._keys(notice), etag)

    def _keys(self, notice: N) -> dict[str, Any]:
        return {"PartitionKey": self.partition.key, "RowKey": self._row_key(notice)}

    def row(self, notice: N) -> dict[str, Any]:
        """For a transaction with the change that it tells of."""
        return {
            **self._keys(notice),
            **self._columns(notice),
            "NotedAt": notice.noted_at,
            "DueAt": notice.due_at,
            "Attempts": notice.attempts,
        }

    def _read_row(self, row: Row) -> N:
        return self._read(row, _read_times(row))

    def _find_readable(self, row: Row) -> StoredNotice[N] | None:
        try:
            notice = self._read_row(row)
            if row["RowKey"] != self._row_key(notice):  # it could not be removed by what it says
                raise row.unreadable("RowKey", "is that of another notice")
        except RowUnreadable:
            return None
        return StoredNotice(notice, version(row))


def _read_times(row: Row) -> Times:
    attempts: int = row["Attempts"]
    if not 0 <= attempts <= _MOST_ATTEMPTS:
        raise row.unreadable("Attempts", "is not what it should be")
    return Times(
        noted_at=read_instant(row["NotedAt"]),
        due_at=read_instant(row["DueAt"]),
        attempts=attempts,
    )
