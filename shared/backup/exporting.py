"""Reading all rows while the service keeps changing them.

Each account is read with its credentials by one request. Two accounts, or two tables, may be read
at different times; the order of reading makes up for that. The head of the log is read first and
the entries last. So the file has all entries that its head covers. It may have further
entries, which sealing takes up as it does after a crash. Changes are read before the notices of
their events. So no change in the file is without its event: an event that is no longer in the
outbox is in the log by then.
"""

from collections.abc import AsyncIterator

from shared.backup.contents import (
    ACCOUNTS,
    CLIENTS,
    GROUPS,
    LINKS,
    LOG,
    OUTBOX,
    PROFILES,
    SERVICE,
    TREE,
)
from shared.backup.row_source import Place, RowSource
from shared.backup.tables_file import Row


class Exporting:
    def __init__(self, source: RowSource) -> None:
        self._source = source

    async def rows(self) -> AsyncIterator[Row]:
        """Yield the rows of the file. Raise StorageUnavailable, or ValueError if the log has a
        gap."""
        head = await self._source.head()
        for name in (SERVICE, ACCOUNTS, LINKS, CLIENTS, GROUPS, PROFILES, TREE, OUTBOX):
            async for row in self._all(name):
                yield row
        async for row in self._log(size=0 if head is None else int(head.entity["Size"])):
            yield row
        if head is not None:
            yield head

    async def _all(self, name: str) -> AsyncIterator[Row]:
        after: Place | None = None
        while True:
            page = await self._source.page(name, after)
            for row in page.rows:
                yield row
            if page.next is None:
                return
            after = page.next

    async def _log(self, *, size: int) -> AsyncIterator[Row]:
        index = 0
        async for row in self._all(LOG):
            if int(row.key) != index:  # an entry before it was appended meanwhile
                break
            yield row
            index += 1
        if index < size:
            raise ValueError(f"the log has no entry {index}, though its head covers {size}")
