"""The log: numbered entries that are never changed, and the tree over them.

A batch of entries is inserted in one transaction, which fails if one of the numbers is taken. So if
several instances seal concurrently, one of them gets the next numbers and the others get none. Any
instance can continue after appended entries, since the tree is computed from them. Only the head is
ever replaced, under its ETag.

Entries are kept in partitions of 256. For each full partition the root of its subtree is kept, and
again for each 256 of those. So a proof reads a few short partitions, even from a large log.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from shared.audit.log_entry import LogEntry
from shared.audit.merkle import Subtree
from shared.audit.statement import Statement, StatementKey
from shared.errors import LogInconsistent
from shared.storage.audit.audit_head import HEAD, Head, head_row, read_head
from shared.storage.audit.audit_rows import (
    TILE,
    TILE_LEVELS,
    Leaf,
    entry_row,
    read_entry,
    read_hash,
    read_leaf,
    root_keys,
    row_keys,
    tile_of,
)
from shared.storage.audit.statements import STATEMENT_COLUMNS
from shared.storage.audit.tagged import Tagged, timestamp
from shared.storage.tables.row_keys import number_key
from shared.storage.tables.table import Operation, Table, version
from shared.storage.tables.versioned import VersionedTable

__all__ = [
    "ANY",
    "HEAD",
    "LOG",
    "TREE",
    "AuditLog",
    "Condition",
    "Head",
]

LOG, TREE = "AuditLog", "AuditTree"


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on the search columns of entries: At, Kind, Outcome, Actor and Target."""

    text: str = ""
    """OData, with `@name` parameters."""
    given: Mapping[str, str] = field(default_factory=dict)


ANY = Condition()


class AuditLog:
    def __init__(self, *, log: Table, tree: VersionedTable) -> None:
        self._log = log
        self._tree = tree

    async def head(self) -> Head:
        """Raises LogInconsistent for a row that we did not write."""
        row = await self._tree.get(HEAD, HEAD)
        return Head() if row is None else read_head(row, etag=version(row))

    async def newest_checkpoint(self) -> str | None:
        return (await self.head()).checkpoint

    async def append(self, first: int, statements: Sequence[Statement]) -> bool:
        """Append the statements with the numbers from `first` on. If a number is taken, change
        nothing and return False. The statements must fit into one batch: see `next_batch`."""
        rows = [
            entry_row(LogEntry(index=first + offset, statement=statement))
            for offset, statement in enumerate(statements)
        ]
        if await self._log.transact([Operation("create", row) for row in rows]):
            return True
        # If only the answer was lost, these are our own rows. All are compared: another sealer's
        # batch may begin with the same statement and continue with fewer or other ones.
        found = await self.entries(first, limit=len(statements))
        return [each.statement for each in found] == list(statements)

    async def advance(self, head: Head, new: Head) -> Head | None:
        """Replace the head; return None if it changed since it was read."""
        etags = await self._tree.write([(head_row(new), head.etag)])
        return None if etags is None else replace(new, etag=etags[0])

    async def keep_roots(self, completed: Iterable[tuple[Subtree, bytes]]) -> None:
        for subtree, root in completed:
            if subtree.level and subtree.level % TILE_LEVELS == 0:
                await self._tree.upsert(row_keys(*root_keys(subtree)) | {"Hash": root})

    async def keep_checkpoint(self, size: int, note: str) -> None:
        await self._tree.upsert(row_keys("checkpoints", number_key(size)) | {"Note": note})

    async def checkpoints(self, *, first: int, limit: int) -> list[str]:
        """Checkpoints of trees with `first` leaves or more, the smallest first."""
        rows = await self._tree.query(
            "PartitionKey eq 'checkpoints' and RowKey ge @first",
            {"first": number_key(first)},
            select=["Note"],
            limit=limit,
        )
        return [str(row.get("Note", "")) for row in rows]

    async def entries(
        self, first: int, *, limit: int, condition: Condition = ANY
    ) -> list[LogEntry]:
        """Entries of one partition, from `first` on; those after the head are not sealed yet."""
        keys = "PartitionKey eq @tile and RowKey ge @first"
        rows = await self._log.query(
            " and ".join(filter(None, (keys, condition.text))),
            {"tile": tile_of(first), "first": number_key(first), **condition.given},
            select=("RowKey", *STATEMENT_COLUMNS),
            limit=limit,
        )
        return [read_entry(row) for row in rows]

    async def tagged_entries(self, first: int, *, limit: int) -> list[Tagged]:
        """As `entries`, with the tags that show that the service appended them."""
        rows = await self._log.query(
            "PartitionKey eq @tile and RowKey ge @first",
            {"tile": tile_of(first), "first": number_key(first)},
            select=("RowKey", "Timestamp", *STATEMENT_COLUMNS),
            limit=limit,
        )
        return [
            Tagged(entry=read_entry(row), tag=str(row.get("Tag", "")), written=timestamp(row))
            for row in rows
        ]

    async def entry(self, index: int) -> LogEntry | None:
        columns = ("RowKey", *STATEMENT_COLUMNS)
        row = await self._log.get(tile_of(index), number_key(index), select=columns)
        return None if row is None else read_entry(row)

    async def leaves(self, first: int, *, limit: int) -> dict[int, Leaf]:
        """Leaves of one partition, from `first` on, by index, without the larger parts. Unreadable
        ones are left out and logged."""
        rows = await self._log.query(
            "PartitionKey eq @tile and RowKey ge @first",
            {"tile": tile_of(first), "first": number_key(first)},
            select=("RowKey", "Leaf"),
            limit=limit,
        )
        leaves = {int(row["RowKey"]): read_leaf(row) for row in rows}
        return {index: leaf for index, leaf in leaves.items() if leaf is not None}

    async def bare_entries(self, first: int, *, limit: int) -> list[LogEntry]:
        """As `entries`, without the parts. Raises LogInconsistent for an unreadable entry."""
        rows = await self._log.query(
            "PartitionKey eq @tile and RowKey ge @first",
            {"tile": tile_of(first), "first": number_key(first)},
            select=("RowKey", "Leaf"),
            limit=limit,
        )
        if any(read_leaf(row) is None for row in rows):
            raise LogInconsistent("an entry of the log cannot be read")
        return [
            LogEntry(index=int(row["RowKey"]), statement=Statement(leaf=row["Leaf"]))
            for row in rows
        ]

    async def hashes(self, level: int, group: int) -> list[bytes]:
        """The hashes of up to 256 neighbouring subtrees of a level that is a multiple of 8."""
        if level == 0:
            rows = await self._log.query(
                "PartitionKey eq @tile",
                {"tile": number_key(group)},
                select=["LeafHash"],
                limit=TILE,
            )
            return [read_hash(row.get("LeafHash")) for row in rows]
        rows = await self._tree.query(
            "PartitionKey eq @roots",
            {"roots": f"roots-{level:02d}-{number_key(group)}"},
            select=["Hash"],
            limit=TILE,
        )
        return [read_hash(row.get("Hash")) for row in rows]

    async def forget_person(self, entry: LogEntry, *, key: StatementKey) -> None:
        """Remove the personal part. The rest gets a new tag, since a backup may have the entry but
        no head that covers it. An entry without a valid tag gets none, since the service may not
        have written it."""
        found = await self.tagged_entries(entry.index, limit=1)
        recorded = any(each.entry == entry and each.is_authentic([key]) for each in found)
        statement = replace(entry.statement.without_person(), key=key if recorded else None)
        await self._log.upsert(entry_row(LogEntry(index=entry.index, statement=statement)))
