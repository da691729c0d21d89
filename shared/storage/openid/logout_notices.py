"""Notices for clients whose sessions end, until they are delivered.

A notice is written before the session ends, and counts if it has ended. They are few: those of the
last minute, and those for clients that do not answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared import base64url
from shared.accounts.handles import UserHandle
from shared.audit.statement import Statement
from shared.sessions.logout_notice import LogoutNotice
from shared.storage.audit.statements import NO_EVENTS, Partition, transact_with_event
from shared.storage.tables.row_keys import digest_key
from shared.storage.tables.rows import Row, RowUnreadable
from shared.storage.tables.table import Operation, Table, version
from shared.storage.tables.values import read_instant

TABLE = "Logouts"
_PARTITION = "notices"
_MOST_ATTEMPTS = 10_000
"""Many more than there are in a day."""
_DUE = f"PartitionKey eq @partition and RowKey gt @after and {NO_EVENTS} and DueAt le @now"


@dataclass(frozen=True, slots=True)
class StoredNotice:
    notice: LogoutNotice
    etag: str


@dataclass(frozen=True, slots=True)
class Due:
    notices: Sequence[StoredNotice]
    go_on_after: str | None
    """Where the next ones begin, if there may be more."""


class LogoutNotices:
    partition = Partition(TABLE, _PARTITION)

    def __init__(self, table: Table) -> None:
        self._table = table

    async def put(self, notices: Sequence[LogoutNotice]) -> None:
        """In place of earlier ones of the same session and client, which tell the same."""
        if len(notices) == 1:  # a transaction of one row takes longer
            await self._table.upsert(_row(notices[0]))
        elif notices:
            await self._table.transact([Operation("upsert", _row(each)) for each in notices])

    async def due(self, now: datetime, *, after: str = "", limit: int) -> Due:
        """Those that are due, in the order of their keys. Rows that cannot be read are left out:
        others wrote them, and no client must wait for them."""
        given: Mapping[str, str | datetime]
        given = {"partition": _PARTITION, "after": after, "now": now}
        rows = await self._table.query(_DUE, given, limit=limit)
        notices = [found for row in rows if (found := _find_readable(row)) is not None]
        return Due(notices, rows[-1]["RowKey"] if len(rows) == limit else None)

    async def replace(self, stored: StoredNotice, notice: LogoutNotice) -> bool:
        """Return False if somebody else did, or if it is delivered."""
        change = Operation("update", _row(notice), stored.etag)
        return await self._table.transact([change])

    async def remove(self, notice: LogoutNotice) -> bool:
        """Return False if there is none, or a later one of the same session and client."""
        etag = await self._version_of(notice)
        if etag is None:
            return False
        return await self._table.transact([Operation("delete", _keys(notice), etag)])

    async def remove_with_event(self, notice: LogoutNotice, *, event: Statement) -> bool:
        """As `remove`."""
        etag = await self._version_of(notice)
        if etag is None:
            return False
        removal = [Operation("delete", _keys(notice), etag)]
        return await transact_with_event(
            self._table, removal, partition=self.partition, event=event
        )

    async def _version_of(self, notice: LogoutNotice) -> str | None:
        row = await self._table.get(_PARTITION, _row_key(notice))
        return version(row) if row is not None and _read(row) == notice else None


def _row_key(notice: LogoutNotice) -> str:
    return f"{base64url.encode(notice.session_id)}.{digest_key(notice.client_id.encode())}"


def _keys(notice: LogoutNotice) -> dict[str, Any]:
    return {"PartitionKey": _PARTITION, "RowKey": _row_key(notice)}


def _row(notice: LogoutNotice) -> dict[str, Any]:
    return _keys(notice) | {
        "Client": notice.client_id,
        "UserHandle": bytes(notice.user_handle),
        "SessionId": notice.session_id,
        "NamedSession": notice.known_as,
        "Use": "" if notice.use is None else str(notice.use),
        "NotedAt": notice.noted_at,
        "DueAt": notice.due_at,
        "Attempts": notice.attempts,
    }


def _read(row: Row) -> LogoutNotice:
    return LogoutNotice(
        client_id=row["Client"],
        user_handle=UserHandle(row["UserHandle"]),
        session_id=row["SessionId"],
        known_as=row["NamedSession"],
        use=_read_use(row),
        noted_at=read_instant(row["NotedAt"]),
        due_at=read_instant(row["DueAt"]),
        attempts=_read_attempts(row),
    )


def _find_readable(row: Row) -> StoredNotice | None:
    try:
        notice = _read(row)
        if row["RowKey"] != _row_key(notice):  # it could not be removed by what it says
            raise row.unreadable("RowKey", "is that of another notice")
    except RowUnreadable:
        return None
    return StoredNotice(notice, version(row))


def _read_use(row: Row) -> int | None:
    return int(row["Use"]) if row["Use"] else None


def _read_attempts(row: Row) -> int:
    attempts: int = row["Attempts"]
    if not 0 <= attempts <= _MOST_ATTEMPTS:
        raise row.unreadable("Attempts", "is not what it should be")
    return attempts
