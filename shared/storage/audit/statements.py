"""Rows of events, in the partitions of the changes that they record.

An event is written in the transaction of its change: neither exists without the other. Its row key
sorts after all other rows of a partition, so queries can leave it out.

The row is inserted and never replaced. Before an attempt that was given up is sealed, a tombstone
is written under the key of its event, so a later transaction fails as a whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.audit.statement import Part, Statement
from shared.audit.statement_tags import Purpose, tag_of
from shared.errors import StorageUnavailable
from shared.storage.tables.table import Entity, Operation, Table

NO_EVENTS = "RowKey lt '~'"
"""The condition of a query for all other rows of a partition."""
STATEMENT_COLUMNS = ("Leaf", "Personal", "PersonalSalt", "Evidence", "EvidenceSalt", "Tag")
_PREFIX = "~event:"


@dataclass(frozen=True, slots=True)
class Partition:
    """Where an event is written: the partition of the change that it records."""

    table: str
    key: str

    def __str__(self) -> str:
        return f"{self.table}/{self.key}"


@dataclass(frozen=True, slots=True)
class NoEvent:
    """Passed in place of an event, by a change that has no event of its own."""

    reason: str


def read_partition(text: str) -> Partition:
    table, _, key = text.partition("/")
    return Partition(table, key)


def event_row(event_id: str) -> str:
    return _PREFIX + event_id


def is_event_row(key: str) -> bool:
    return key.startswith(_PREFIX)


def event_id_of(key: str) -> str:
    return key.removeprefix(_PREFIX)


async def transact_with_event(
    table: Table,
    operations: Sequence[Operation],
    *,
    partition: Partition,
    event: Statement | NoEvent,
) -> bool:
    """Make all changes and write their event, or do nothing and return False: see `Table.transact`.

    If the answer was lost, the event shows that the change is ours. Raises StorageUnavailable if
    the attempt was given up in the meantime.
    """
    if isinstance(event, NoEvent):
        return await table.transact(operations)
    if await table.transact([*operations, event_creation(partition, event)]):
        return True
    found = await table.get(partition.key, event_row(event.id), select=["Leaf"])
    if found is not None and is_tombstone(found):
        raise StorageUnavailable
    return found is not None and found["Leaf"] == event.leaf


def event_creation(partition: Partition, event: Statement) -> Operation:
    """For a transaction in this partition that has another event, too."""
    row = _keys(partition, event) | statement_columns(event, Purpose.EVENT, str(partition))
    return Operation("create", row)


def tombstone(partition: Partition, notice: Statement) -> Entity:
    return _keys(partition, notice) | {"Leaf": b""}


def is_tombstone(row: Entity) -> bool:
    """Any other row under its key is no tombstone, even one that we did not write."""
    return dict(row).get("Leaf") == b""


def _keys(partition: Partition, statement: Statement) -> dict[str, Any]:
    return {"PartitionKey": partition.key, "RowKey": event_row(statement.id)}


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
    """Both columns are empty without a part, since a merge cannot remove a column."""
    return {
        name: part.content if part else b"",
        f"{name}Salt": part.salt if part else b"",
    }


def _read_part(name: str, row: Entity) -> Part | None:
    content, salt = row[name], row[f"{name}Salt"]
    return Part(salt=salt, content=content) if content else None
