"""Reading all rows while the service keeps changing them.

Each account is read with its credentials by one request. Two accounts, or two tables, may be read
at different times; the order of reading makes up for that. The head of the log is read first and
the entries last. So the file has all entries that its head covers. It may have further
entries, which sealing takes up as it does after a crash. Changes are read before the notices of
their events. So no change in the file is without its event: an event that is no longer in the
outbox is in the log by then.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from itertools import groupby

from shared.backup.contents import (
    ACCOUNTS,
    LINKS,
    LOG,
    OUTBOX,
    SERVICE,
    TREE,
    WHOLE_ACCOUNT,
    is_erasure,
)
from shared.backup.tables_file import Row
from shared.storage.accounts.passes import PASS_ROW
from shared.storage.audit.audit_log import HEAD
from shared.storage.tables.odata import write_odata
from shared.storage.tables.table import Entity, Table

_EVERYTHING = "PartitionKey ge @first"
_NO_PASS = f"RowKey ne '{PASS_ROW}'"


class Exporting:
    def __init__(self, table: Callable[[str], Table]) -> None:
        """`table` returns the table of a name."""
        self._table = table

    async def rows(self) -> AsyncIterator[Row]:
        """Yield the rows of the file. Raise StorageUnavailable, or ValueError if the log has a
        gap."""
        head = await self._table(TREE).get(HEAD, HEAD)
        async for row in self._all(SERVICE):
            yield row
        async for account in whole_accounts(self._table(ACCOUNTS)):
            for entity in account:
                yield _row(ACCOUNTS, entity)
        for name in (LINKS, TREE, OUTBOX):
            async for row in self._all(name):
                if row.partition != HEAD and not is_erasure(row):
                    yield row
        async for row in self._log(size=0 if head is None else int(head["Size"])):
            yield row
        if head is not None:
            yield _row(TREE, head)

    async def _all(self, name: str) -> AsyncIterator[Row]:
        async for page in self._table(name).pages(_EVERYTHING, {"first": ""}):
            for entity in page:
                yield _row(name, entity)

    async def _log(self, *, size: int) -> AsyncIterator[Row]:
        index = 0
        async for row in self._all(LOG):
            if int(row.key) != index:  # an entry before it was appended meanwhile
                break
            yield row
            index += 1
        if index < size:
            raise ValueError(f"the log has no entry {index}, though its head covers {size}")


async def whole_accounts(accounts: Table) -> AsyncIterator[Sequence[Entity]]:
    """Yield the rows of each account as one request found them. An account that a page boundary
    divides is read again."""
    held: Sequence[Entity] = []
    async for page in accounts.pages(f"{_EVERYTHING} and {_NO_PASS}", {"first": ""}):
        groups: list[Sequence[Entity]] = [list(rows) for _, rows in groupby(page, key=_partition)]
        if held and groups and _partition(held[0]) == _partition(groups[0][0]):
            groups[0] = await _read_account(accounts, _partition(held[0]))
        elif held:
            groups.insert(0, held)
        held = groups.pop() if groups else []
        for group in groups:
            yield group
    if held:
        yield held


async def _read_account(accounts: Table, partition: str) -> Sequence[Entity]:
    condition = f"PartitionKey eq @partition and {_NO_PASS}"
    return await accounts.query(condition, {"partition": partition}, limit=WHOLE_ACCOUNT)


def _partition(entity: Entity) -> str:
    return str(entity["PartitionKey"])


def _row(name: str, entity: Entity) -> Row:
    return Row(table=name, entity=write_odata(entity))
