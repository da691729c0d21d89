"""Events that wait for the log.

A change is told of in its own partition and transaction, and nobody could search all partitions for
that. So before a change its notice is put here: an event that says "attempted", and where to look
for what came of it. Whatever the moment at which a process ends, the notice is here, and beside the
change there is either the event of its success or no change.

Events without a change are final as they stand here. Rows are spread over 16 partitions by the last
digit of their ID, and in each of them sorted by time, as IDs are.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import groupby

from shared.audit.event import read_instant
from shared.audit.statement import Statement
from shared.storage.at_once import at_once
from shared.storage.expired import remove_rows
from shared.storage.statements import (
    STATEMENT_COLUMNS,
    Place,
    event_row,
    read_place,
    read_statement,
    statement_columns,
)
from shared.storage.tables import Entity, Table

TABLE = "AuditOutbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    statement: Statement
    places: tuple[Place, ...] = ()
    """Where what came of it may stand; none if the statement is final."""
    found: Place | None = None
    """Where it did stand: then the statement is the one from there."""

    @property
    def at(self) -> datetime:
        return read_instant(self.statement.read()["at"])


class AuditOutbox:
    def __init__(self, table: Table, *, tables: Callable[[str], Table]) -> None:
        """`tables` gives the table of a name."""
        self._table = table
        self._tables = tables

    async def put(self, statement: Statement, *places: Place) -> None:
        """A notice if there are places, else a final event."""
        # A row that exists can only be our own: a retry after an answer that got lost.
        await self._table.insert(_row(statement, places))

    async def settle(self, statement: Statement) -> None:
        """Put a final event in the place of its notice."""
        await self._table.upsert(_row(statement, ()))

    async def withdraw(self, event_id: str) -> None:
        await self._table.delete(_shard(event_id), event_id)

    async def read(self, *, limit: int) -> list[Pending]:
        rows = await self._table.query(
            "PartitionKey ge @first",
            {"first": ""},
            select=("PartitionKey", "RowKey", "Places", *STATEMENT_COLUMNS),
            limit=limit,
        )
        return [_read(row) for row in rows]

    async def look(self, pending: Pending) -> Pending:
        """The event that stands beside the change, if there is one."""
        event_id = pending.statement.id
        for place in pending.places:
            table = self._tables(place.table)
            row = await table.get(place.partition, event_row(event_id), select=STATEMENT_COLUMNS)
            if row is not None:
                return replace(pending, statement=read_statement(row), found=place)
        return pending

    async def find(self, event_id: str) -> Pending | None:
        row = await self._table.get(_shard(event_id), event_id)
        return None if row is None else await self.look(_read(row))

    async def remove(self, sealed: Iterable[Pending]) -> None:
        """First what stands beside changes: a notice leads there, and nothing else does."""
        sealed = list(sealed)
        await at_once(self._remove_beside, _by_place(sealed))
        shards = groupby(sorted(map(_id, sealed), key=_shard), key=_shard)
        notices = [[_keys(shard, event_id) for event_id in ids] for shard, ids in shards]
        await at_once(partial(remove_rows, self._table), notices)

    async def _remove_beside(self, found: tuple[Place, Sequence[str]]) -> None:
        place, events = found
        keys = [_keys(place.partition, event_row(event)) for event in events]
        await remove_rows(self._tables(place.table), keys)


def _by_place(sealed: Sequence[Pending]) -> Iterable[tuple[Place, list[str]]]:
    places: dict[Place, list[str]] = {}
    for each in sealed:
        if each.found is not None:
            places.setdefault(each.found, []).append(each.statement.id)
    return places.items()


def _id(pending: Pending) -> str:
    return pending.statement.id


def _shard(event_id: str) -> str:
    return event_id[-1]


def _keys(partition: str, row: str) -> Entity:
    return {"PartitionKey": partition, "RowKey": row}


def _row(statement: Statement, places: Sequence[Place]) -> Entity:
    event_id = statement.id
    return {
        **_keys(_shard(event_id), event_id),
        "Places": "\n".join(map(str, places)),
        **statement_columns(statement),
    }


def _read(row: Entity) -> Pending:
    places = tuple(read_place(text) for text in row["Places"].split("\n") if text)
    return Pending(statement=read_statement(row), places=places)
