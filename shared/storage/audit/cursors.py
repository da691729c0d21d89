"""How far the log was shipped to each destination, and the entries that it refused."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from shared.errors import LogInconsistent
from shared.storage.tables.row_keys import number_key
from shared.storage.tables.table import Entity, version
from shared.storage.tables.values import read_instant
from shared.storage.tables.versioned import VersionedTable

_PARTITION = "cursors"
_LONG_AGO = datetime(1970, 1, 2, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    next: int = 0
    """The index of the next entry to send."""
    failures: int = 0
    """The number of consecutive failures."""
    reason: str = ""
    """The reason of the last failure; empty if the last try succeeded."""
    wait_until: datetime = _LONG_AGO
    shelved: int = 0
    etag: str | None = None


class CursorStore:
    def __init__(self, table: VersionedTable) -> None:
        self._table = table

    async def load(self, destination: str) -> Cursor:
        row = await self._table.get(_PARTITION, destination)
        return Cursor() if row is None else _read(row, etag=version(row))

    async def store(self, destination: str, cursor: Cursor) -> Cursor | None:
        """Return None if another instance moved the cursor since it was loaded."""
        etags = await self._table.write([(_row(destination, cursor), cursor.etag)])
        return None if etags is None else replace(cursor, etag=etags[0])

    async def shelve(self, destination: str, index: int, reason: str) -> None:
        row = {
            "PartitionKey": f"shelf-{destination}",
            "RowKey": number_key(index),
            "Reason": reason,
        }
        await self._table.upsert(row)


def _row(destination: str, cursor: Cursor) -> Entity:
    return {
        "PartitionKey": _PARTITION,
        "RowKey": destination,
        "Next": number_key(cursor.next),
        "Failures": cursor.failures,
        "Reason": cursor.reason,
        "WaitUntil": cursor.wait_until,
        "Shelved": cursor.shelved,
    }


def _read(row: dict[str, Any], *, etag: str) -> Cursor:
    try:
        return Cursor(
            next=int(row["Next"]),
            failures=int(row["Failures"]),
            reason=str(row["Reason"]),
            wait_until=read_instant(row["WaitUntil"]),
            shelved=int(row["Shelved"]),
            etag=etag,
        )
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise LogInconsistent("the row of a cursor cannot be read") from error
