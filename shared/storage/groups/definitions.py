"""Which groups there are. They are few and in one partition, so one query lists them."""

from dataclasses import dataclass

from shared.accounts.groups import Group
from shared.audit.statement import Statement
from shared.storage.audit.statements import NO_EVENTS, NoEvent, Partition, transact_with_event
from shared.storage.tables.rows import Row, RowUnreadable
from shared.storage.tables.table import Operation, Table, version
from shared.storage.tables.values import read_instant

TABLE = "Groups"
PARTITION = "groups"
MOST_GROUPS = 500
_LISTED = 1000
"""More, as several may be made at the same moment. One query answers as many rows."""


@dataclass(frozen=True, slots=True)
class StoredGroup:
    group: Group
    etag: str
    is_closed: bool
    """Nobody is added any more, as the group is about to be removed."""


class GroupStore:
    partition = Partition(TABLE, PARTITION)

    def __init__(self, table: Table) -> None:
        self._table = table

    async def find(self, name: str) -> StoredGroup | None:
        """Raises StorageUnavailable, also for a row that we did not write."""
        row = await self._table.get(PARTITION, name)
        return None if row is None else _read(row)

    async def all(self) -> list[StoredGroup]:
        """Sorted by name. Rows that cannot be read are left out: the log names them."""
        rows = await self._table.query(
            f"PartitionKey eq @partition and {NO_EVENTS}", {"partition": PARTITION}, limit=_LISTED
        )
        return [found for row in rows if (found := _find_readable(row)) is not None]

    async def add(self, group: Group, *, event: Statement) -> bool:
        """Return False if there is a group with this name."""
        row = _keys(group.name) | {
            "Description": group.description,
            "CreatedAt": group.created_at,
            "Closed": False,
        }
        return await self._transact(Operation("create", row), event)

    async def close(self, stored: StoredGroup, *, closed: bool) -> bool:
        """Return False if the group changed since it was read."""
        row = _keys(stored.group.name) | {"Closed": closed}
        event = NoEvent("the removal, or its refusal, has one")
        return await self._transact(Operation("update", row, stored.etag), event)

    async def remove(self, stored: StoredGroup, *, event: Statement) -> bool:
        """Return False if the group changed since it was read."""
        removed = Operation("delete", _keys(stored.group.name), stored.etag)
        return await self._transact(removed, event)

    async def _transact(self, operation: Operation, event: Statement | NoEvent) -> bool:
        return await transact_with_event(
            self._table, [operation], partition=self.partition, event=event
        )


def _keys(name: str) -> dict[str, object]:
    return {"PartitionKey": PARTITION, "RowKey": name}


def _read(row: Row) -> StoredGroup:
    group = Group(
        name=row["RowKey"],
        description=row["Description"],
        created_at=read_instant(row["CreatedAt"]),
    )
    return StoredGroup(group, version(row), is_closed=row["Closed"])


def _find_readable(row: Row) -> StoredGroup | None:
    try:
        return _read(row)
    except RowUnreadable:
        return None
