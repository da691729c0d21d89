"""Statements of the audit trail as rows.

What tells of a change is written beside it, in its transaction: there is never one without the
other. Its row key sorts behind every other row of a partition, so that queries leave it out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.audit.statement import Part, Statement
from shared.storage.tables import Entity, Operation, Table

NO_EVENTS = "RowKey lt '~'"
"""The condition of a query for everything else in a partition."""
STATEMENT_COLUMNS = ("Leaf", "Personal", "PersonalSalt", "Evidence", "EvidenceSalt")
_PREFIX = "~event:"


@dataclass(frozen=True, slots=True)
class Place:
    """A partition in which an event may come to stand, beside the change that it tells of."""

    table: str
    partition: str

    def __str__(self) -> str:
        return f"{self.table}/{self.partition}"


def read_place(text: str) -> Place:
    table, _, partition = text.partition("/")
    return Place(table, partition)


def event_row(event_id: str) -> str:
    return _PREFIX + event_id


def is_event_row(key: str) -> bool:
    return key.startswith(_PREFIX)


async def transact_telling(
    table: Table, operations: Sequence[Operation], *, partition: str, told: Statement | None
) -> bool:
    """Do all or nothing, and say so in the same transaction; False as `Table.transact` has it.

    The event is also by what a change whose answer got lost is known for one's own.
    """
    if told is None:
        return await table.transact(operations)
    row = {"PartitionKey": partition, "RowKey": event_row(told.id)} | statement_columns(told)
    if await table.transact([*operations, Operation("upsert", row)]):
        return True
    found = await table.get(partition, event_row(told.id), select=["Leaf"])
    return found is not None and found["Leaf"] == told.leaf


def statement_columns(statement: Statement) -> dict[str, Any]:
    return {
        "Leaf": statement.leaf,
        **_part_columns("Personal", statement.personal),
        **_part_columns("Evidence", statement.evidence),
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
