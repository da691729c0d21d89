"""Entries with the tags that show that the service appended them, and the time of a row."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from shared.audit.log_entry import LogEntry
from shared.audit.statement import StatementKey
from shared.audit.statement_tags import Purpose, is_authentic
from shared.errors import StorageUnavailable
from shared.storage.tables.row_keys import number_key
from shared.storage.tables.rows import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagged:
    entry: LogEntry
    tag: str
    written: datetime
    """By the clock of storage."""

    def is_authentic(self, keys: Iterable[StatementKey]) -> bool:
        place = number_key(self.entry.index)
        return is_authentic(self.tag, self.entry.statement, keys, Purpose.ENTRY, place)


def timestamp(row: Row) -> datetime:
    """When the row was last written, by the clock of storage; the column must be selected."""
    written = row.metadata["timestamp"]
    if written is None:
        raise StorageUnavailable
    return written.astimezone(UTC)
