"""Which account an identity provider's subject stands for."""

from shared.accounts.handles import UserHandle, parse_handle
from shared.audit.statement import Statement
from shared.storage.keys import digest_key
from shared.storage.statements import Place, transact_telling
from shared.storage.tables import Operation, Table

TABLE = "Links"
_ROW = "account"


class LinkStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    async def find(self, subject: str) -> UserHandle | None:
        row = await self._table.get(digest_key(subject.encode()), _ROW)
        return None if row is None else parse_handle(row["UserHandle"])

    async def put(self, subject: str, handle: UserHandle, *, told: Statement | None = None) -> None:
        partition = digest_key(subject.encode())
        row = {"PartitionKey": partition, "RowKey": _ROW, "UserHandle": bytes(handle)}
        await transact_telling(
            self._table, [Operation("upsert", row)], partition=partition, told=told
        )

    def place(self, subject: str) -> Place:
        """Where what happens to a link is told."""
        return Place(TABLE, digest_key(subject.encode()))
