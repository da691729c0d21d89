"""Statements of the audit trail as rows.

What tells of a change is written beside it, in its transaction: there is never one without the
other. Its row key sorts behind every other row of a partition, so that queries leave it out.

The row is made, never replaced. An attempt that was given up is sealed as one only after a
tombstone took the place of that row, so a transaction that comes later fails as a whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.audit.statement import Part, Statement
from shared.audit.statement_tags import Purpose, tag_of
from shared.errors import StorageUnavailable
from shared.storage.tables.table import Entity, Operation, Table

NO_EVENTS = "RowKey lt '~'"
"""The condition of a query for everything else in a partition."""
STATEMENT_COLUMNS = ("Leaf", "Personal", "PersonalSalt", "Evidence", "EvidenceSalt", "Tag")
_PREFIX = "~event:"


@dataclass(frozen=True, slots=True)
class Partition:
    """A partition in which an event may come to stand, beside the change that it tells of."""

    table: str
    partition: str

    def __str__(self) -> str:
        return f"{self.table}/{self.partition}"


def read_place(text: str) -> Partition:
    table, _, partition = text.partition("/")
    return Partition(table, partition)


def event_row(event_id: str) -> str:
    return _PREFIX + event_id


def is_event_row(key: str) -> bool:
    return key.startswith(_PREFIX)


def event_id_of(key: str) -> str:
    return key.removeprefix(_PREFIX)


async def transact_telling(
    table: Table,
    operations: Sequence[Operation],
    *,
    place: Partition,
    told: Statement | None,
    instead: bool = False,
) -> bool:
    """Do all or nothing, and say so in the same transaction; False as `Table.transact` has it.

    The event is also by what a change whose answer got lost is known for one's own. With `instead`
    it takes the place of one that was written before and is not sealed yet. Raises
    StorageUnavailable if the attempt was given up meanwhile.
    """
    if told is None:
        return await table.transact(operations)
    row = _keys(place, told) | statement_columns(told, Purpose.EVENT, str(place))
    event = Operation("update" if instead else "create", row)
    if await table.transact([*operations, event]):
        return True
    found = await table.get(place.partition, event_row(told.id), select=["Leaf"])
    if found is not None and is_tombstone(found):
        raise StorageUnavailable
    return found is not None and found["Leaf"] == told.leaf


def tombstone(place: Partition, notice: Statement) -> Entity:
    return _keys(place, notice) | {"Leaf": b""}


def is_tombstone(row: Entity) -> bool:
    """Whatever else stands in its place is none, even a stranger's row."""
    return dict(row).get("Leaf") == b""


def _keys(place: Partition, statement: Statement) -> dict[str, Any]:
    return {"PartitionKey": place.partition, "RowKey": event_row(statement.id)}


def statement_columns(statement: Statement, purpose: Purpose, *places: str) -> dict[str, Any]:
    key = statement.key
    return {
        "Leaf": statement.leaf,
        **_part_columns("Personal", statement.personal),
        **_part_columns("Evidence", statement.evidence),
        "Tag": tag_of(statement, key, purpose, *places) if key else "",
    }


def read_statement(row: Entity) -> Statement:
    return Statement(
        leaf=row["Leaf"],
        personal=_read_part("Personal", row),
        evidence=_read_part("Evidence", row),
    )


def _part_columns(name: str, part: Part | None) -> dict[str, bytes]:
    """Both empty for no part, as merging cannot take a column away."""
    return {
        name: part.content if part else b"",
        f"{name}Salt": part.salt if part else b"",
    }


def _read_part(name: str, row: Entity) -> Part | None:
    content, salt = row[name], row[f"{name}Salt"]
    return Part(salt=salt, content=content) if content else None
