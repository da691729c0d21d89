"""Which account an identity provider's subject stands for."""

from shared.accounts.handles import UserHandle, parse_handle
from shared.storage.keys import digest_key
from shared.storage.tables import Table

_ROW = "account"


class LinkStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    async def find(self, subject: str) -> UserHandle | None:
        row = await self._table.get(digest_key(subject.encode()), _ROW)
        return None if row is None else parse_handle(row["UserHandle"])

    async def put(self, subject: str, handle: UserHandle) -> None:
        await self._table.upsert(
            {
                "PartitionKey": digest_key(subject.encode()),
                "RowKey": _ROW,
                "UserHandle": bytes(handle),
            }
        )
