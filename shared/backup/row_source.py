"""Where the rows of an export come from, a page at a time: the tables themselves, or a service that
reads them for an operator."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from shared.backup.contents import (
    ACCOUNTS,
    KEPT,
    TREE,
    WHOLE_ACCOUNT,
    is_challenge,
    is_erasure,
    is_foreign,
    is_head,
    is_member,
)
from shared.backup.tables_file import Row
from shared.storage.audit.audit_log import HEAD
from shared.storage.tables.odata import write_odata
from shared.storage.tables.table import Entity, Table

_LEFT_OUT = (is_challenge, is_erasure, is_head, is_foreign, is_member)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The keys of the last row that was read."""

    partition: str
    row: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    rows: Sequence[Row]
    next: Place | None
    """After which the next page begins; None if this page is the last one."""


class RowSource(Protocol):
    """Both methods raise StorageUnavailable."""

    async def head(self) -> Row | None:
        """The head of the audit log."""
        ...

    async def page(self, table: str, after: Place | None) -> Page:
        """The rows of a table that belong into a backup, except for the head. Each account is whole
        and read by one request."""
        ...


class TableRows:
    def __init__(self, table: Callable[[str], Table]) -> None:
        """`table` returns the table of a name."""
        self._table = table

    async def head(self) -> Row | None:
        head = await self._table(TREE).get(HEAD, HEAD)
        return None if head is None else _row(TREE, head)

    async def page(self, table: str, after: Place | None) -> Page:
        if table == ACCOUNTS:
            return await self._accounts(after)
        entities, more = await self._read(table, after)
        rows = [_row(table, each) for each in entities]
        kept = [row for row in rows if not any(left_out(row) for left_out in _LEFT_OUT)]
        return Page(rows=kept, next=_place(entities[-1]) if more else None)

    async def _read(self, name: str, after: Place | None) -> tuple[Sequence[Entity], bool]:
        """Two ranges of keys, as one condition for both would read the whole table."""
        if after is None:
            return await self._first(name, "PartitionKey ge @first", first="")
        rest, _ = await self._first(
            name,
            "PartitionKey eq @partition and RowKey gt @row",
            partition=after.partition,
            row=after.row,
        )
        if rest:
            return rest, True
        return await self._first(name, "PartitionKey gt @partition", partition=after.partition)

    async def _accounts(self, after: Place | None) -> Page:
        """An account that the end of a page divides is left to the next one. If it is the only one
        here, it is read again."""
        entities, more = await self._first(
            ACCOUNTS,
            f"PartitionKey gt @partition and {KEPT}",
            partition="" if after is None else after.partition,
        )
        accounts = [list(rows) for _, rows in groupby(entities, key=_partition)]
        if not more:
            return Page(rows=_rows(accounts), next=None)
        divided = accounts.pop()
        if accounts:
            return Page(rows=_rows(accounts), next=_place(accounts[-1][-1]))
        whole = await self._account(_partition(divided[0]))
        return Page(rows=_rows([whole]), next=_place(divided[-1]))

    async def _first(self, name: str, condition: str, **keys: str) -> tuple[Sequence[Entity], bool]:
        # Without a row of it, a table may not be there yet. Afterwards, it was removed meanwhile.
        begins = not any(keys.values())
        return await self._table(name).first_page(condition, keys, may_be_missing=begins)

    async def _account(self, partition: str) -> list[Entity]:
        condition = f"PartitionKey eq @partition and {KEPT}"
        found = await self._table(ACCOUNTS).query(
            condition, {"partition": partition}, limit=WHOLE_ACCOUNT
        )
        return [*found]


def _rows(accounts: Sequence[Sequence[Entity]]) -> list[Row]:
    return [_row(ACCOUNTS, each) for account in accounts for each in account]


def _partition(entity: Entity) -> str:
    return str(entity["PartitionKey"])


def _place(entity: Entity) -> Place:
    return Place(partition=_partition(entity), row=str(entity["RowKey"]))


def _row(name: str, entity: Entity) -> Row:
    return Row(table=name, entity=write_odata(entity))
