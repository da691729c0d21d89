"""The token that was last used for each purpose of operators. Each use is an event in the same
transaction."""

from dataclasses import dataclass

from shared.audit.statement import Statement
from shared.storage.audit.statements import Partition, transact_with_event
from shared.storage.tables.table import Operation, Table, version

_PARTITION = "operators"


@dataclass(frozen=True, slots=True, kw_only=True)
class LastUse:
    purpose: str
    token_version: str | None
    """The version of the vault's secret; None if there was no use yet."""
    etag: str | None


class OperatorUses:
    partition = Partition("AuditTree", _PARTITION)

    def __init__(self, table: Table) -> None:
        self._table = table

    async def find(self, purpose: str) -> LastUse:
        row = await self._table.get(_PARTITION, purpose)
        if row is None:
            return LastUse(purpose=purpose, token_version=None, etag=None)
        return LastUse(purpose=purpose, token_version=row["TokenVersion"], etag=version(row))

    async def replace(self, last: LastUse, token_version: str, *, event: Statement) -> bool:
        """Return False if another request used a token meanwhile."""
        row = {"PartitionKey": _PARTITION, "RowKey": last.purpose, "TokenVersion": token_version}
        verb = Operation("update", row, last.etag) if last.etag else Operation("create", row)
        return await transact_with_event(self._table, [verb], partition=self.partition, event=event)
