"""An index of the log by account: a row for each entry about an account, the newest first.

Only the log itself is authoritative. The index finds entries without reading all of them, and has
no data that their leaves lack. Writing a row again does not change it, so rows can be written
repeatedly and by several instances.
"""

from collections.abc import Iterator, Mapping
from itertools import batched, chain

from shared.storage.audit.audit_log import Condition
from shared.storage.audit.audit_rows import Leaf
from shared.storage.tables.gather_limited import gather_limited
from shared.storage.tables.row_keys import number_key
from shared.storage.tables.table import MAX_TRANSACTION, Entity, Operation, Table

ACCOUNT_CHARACTERS = 21
"""The first characters of a user's ID, which depend only on the locator: 126 of its bits."""
_LAST = 10**12 - 1


def people_in(leaf: Leaf, *roles: str) -> Iterator[tuple[str, str]]:
    """Their types and IDs. Values of another form, which others may have written, are skipped."""
    for role in roles:
        match leaf.get(role):
            case {"type": str(standing), "id": str(someone_id)}:
                yield standing, someone_id


def accounts_in(leaf: Leaf) -> frozenset[str]:
    """The accounts that are the event's actor or target."""
    people = people_in(leaf, "actor", "target")
    return frozenset(someone[:ACCOUNT_CHARACTERS] for what, someone in people if what == "user")


class PeopleIndex:
    def __init__(self, table: Table) -> None:
        self._table = table

    async def keep(self, leaves: Mapping[int, Leaf]) -> None:
        """`leaves` are given by the numbers of their entries. There is a call for each account."""
        rows: dict[str, list[Entity]] = {}
        for index, leaf in leaves.items():
            for account in accounts_in(leaf):
                rows.setdefault(account, []).append(_row(account, index, leaf))
        batches = (batched(each, MAX_TRANSACTION, strict=False) for each in rows.values())
        await gather_limited(self._write, chain.from_iterable(batches))

    async def _write(self, rows: tuple[Entity, ...]) -> None:
        if len(rows) == 1:  # a transaction needs longer
            await self._table.upsert(rows[0])
        else:
            await self._table.transact([Operation("upsert", row) for row in rows])

    async def find(
        self, account: str, *, before: int, limit: int, condition: Condition
    ) -> list[int]:
        """Numbers of entries below `before`, the newest first. The condition is on At, Kind and
        Outcome."""
        keys = "PartitionKey eq @account and RowKey gt @before"
        rows = await self._table.query(
            " and ".join(filter(None, (keys, condition.text))),
            {"account": _partition(account), "before": _key(before), **condition.given},
            select=["RowKey"],
            limit=limit,
        )
        return [_LAST - int(key) for row in rows if _is_number(key := str(row["RowKey"]))]


def _partition(account: str) -> str:
    return f"people-{account}"


def _key(index: int) -> str:
    return number_key(_LAST - index)


def _is_number(key: str) -> bool:
    return len(key) == len(_key(0)) and key.isascii() and key.isdecimal()


def _row(account: str, index: int, leaf: Leaf) -> Entity:
    return {
        "PartitionKey": _partition(account),
        "RowKey": _key(index),
        **{column: str(leaf.get(column.lower(), "")) for column in ("At", "Kind", "Outcome")},
    }
