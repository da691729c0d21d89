"""An index of the accounts that may be in a group, in a partition for each group.

What counts is the account's own row. A row here is written before the account is put into the
group, and removed after it has left it. So all members have one; a process that stops in between
leaves a row without a member.
"""

from dataclasses import dataclass
from typing import Any

from shared import base64url
from shared.accounts.handles import UserHandle
from shared.storage.groups.definitions import TABLE
from shared.storage.tables.rows import Row
from shared.storage.tables.table import Operation, Table, version

__all__ = ["TABLE", "IndexRow", "MemberIndex", "index_row"]

_PREFIX = "members-"


@dataclass(frozen=True, slots=True)
class IndexRow:
    """An account that may be in the group, and the version of its row here."""

    handle: UserHandle
    etag: str

    @property
    def id(self) -> str:
        """The ID of the account."""
        return base64url.encode(self.handle)


class MemberIndex:
    def __init__(self, table: Table) -> None:
        self._table = table

    async def put(self, group: str, handle: UserHandle) -> None:
        """Write the row, or give it a new version."""
        await self._table.upsert(index_row(group, handle))

    async def find(self, group: str, handle: UserHandle) -> IndexRow | None:
        row = await self._table.get(*_keys(group, handle))
        return None if row is None else _read(row)

    async def page(self, group: str, *, after: str, limit: int) -> list[IndexRow]:
        """In the order of the IDs of the accounts, behind the ID `after`."""
        rows = await self._table.query(
            "PartitionKey eq @partition and RowKey gt @after",
            {"partition": _PREFIX + group, "after": after},
            limit=limit,
        )
        return list(map(_read, rows))

    async def remove(self, group: str, row: IndexRow) -> bool:
        """Return False if somebody is about to add the account again."""
        partition, key = _keys(group, row.handle)
        keys = {"PartitionKey": partition, "RowKey": key}
        return await self._table.transact([Operation("delete", keys, row.etag)])


def index_row(group: str, handle: UserHandle) -> dict[str, Any]:
    partition, key = _keys(group, handle)
    return {"PartitionKey": partition, "RowKey": key, "UserHandle": bytes(handle)}


def _keys(group: str, handle: UserHandle) -> tuple[str, str]:
    return _PREFIX + group, base64url.encode(handle)


def _read(row: Row) -> IndexRow:
    return IndexRow(UserHandle(row["UserHandle"]), version(row))
