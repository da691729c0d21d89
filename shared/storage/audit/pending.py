"""A row of the outbox: an event that waits for the log."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.audit.event_id import made_at
from shared.audit.statement import Statement, StatementKey
from shared.audit.statement_tags import Purpose, is_authentic
from shared.storage.audit.statements import (
    Partition,
    read_partition,
    read_statement,
    statement_columns,
)
from shared.storage.audit.tagged import timestamp
from shared.storage.tables.rows import Row, RowUnreadable
from shared.storage.tables.table import Entity

TABLE = "AuditOutbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    shard: str
    id: str
    statement: Statement
    written: datetime
    """By the clock of storage, as all other times of rows."""
    tag: str
    places: tuple[Partition, ...] = ()
    """Where the event of the outcome may be; empty if the statement is final."""
    found: Partition | None = None
    """Where it was found: then the statement is the one from there."""

    @property
    def recorded(self) -> datetime:
        """The time by the clock of the instance that recorded it. If the ID has no time: when it
        was written."""
        return made_at(self.id) or self.written

    @property
    def order(self) -> tuple[datetime, str]:
        """The order of sealing: the order of writing."""
        return self.written, self.id

    def is_authentic(self, keys: Iterable[StatementKey]) -> bool:
        """Whether the service recorded it for this row, so that it was not moved."""
        if self.shard != shard_of(self.id):
            return False
        purpose, names = Purpose.EVENT, [str(self.found or TABLE)]
        if self.places and self.found is None:
            purpose, names = Purpose.NOTICE, [str(place) for place in self.places]
        recorded = is_authentic(self.tag, self.statement, keys, purpose, *names)
        return recorded and self.statement.id == self.id


def shard_of(event_id: str) -> str:
    return event_id[-1]


def row_keys(partition: str, row: str) -> Entity:
    return {"PartitionKey": partition, "RowKey": row}


def pending_row(statement: Statement, places: Sequence[Partition]) -> Entity:
    names = [str(place) for place in places]
    purpose = Purpose.NOTICE if places else Purpose.EVENT
    return {
        **row_keys(shard_of(statement.id), statement.id),
        "Places": "\n".join(names),
        **statement_columns(statement, purpose, *(names or [TABLE])),
    }


def read_pending(row: Row) -> Pending:
    statement, tag = read_tagged(row)
    return Pending(
        shard=row["PartitionKey"],
        id=row["RowKey"],
        statement=statement,
        written=timestamp(row),
        tag=tag,
        places=_read_places(row),
    )


def _read_places(row: Row) -> tuple[Partition, ...]:
    try:
        return tuple(read_partition(text) for text in row.get("Places", "").split("\n") if text)
    except RowUnreadable:
        return ()


def read_tagged(row: Entity) -> tuple[Statement, str]:
    """The statement and its tag. Both are empty for a row that we did not write: no error."""
    try:
        statement = read_statement(row)
        if statement.is_of_bytes():
            return statement, str(row.get("Tag", ""))
    except KeyError:
        pass
    return Statement(leaf=b""), ""
