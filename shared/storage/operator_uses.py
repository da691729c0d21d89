"""The token that was last used for each purpose of operators. Each use is an event in the same
transaction."""

from dataclasses import dataclass
from datetime import datetime

from shared.audit.statement import Statement
from shared.storage.audit.statements import Partition, transact_with_event
from shared.storage.tables.table import Operation, Table, version

_PARTITION = "operators"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    version: str
    """Of the vault's secret."""
    made_at: datetime
    """By the vault's clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastUse:
    purpose: str
    token: Token | None
    """None if there was no use yet."""
    etag: str | None

    def precedes(self, token: Token) -> bool:
        """Whether the token was not used yet. An older one than the last was used or replaced, but
        an instance may not know yet of the newer one."""
        last = self.token
        return last is None or (last.version != token.version and last.made_at <= token.made_at)


class OperatorUses:
    partition = Partition("AuditTree", _PARTITION)

    def __init__(self, table: Table) -> None:
        self._table = table

    async def find(self, purpose: str) -> LastUse:
        row = await self._table.get(_PARTITION, purpose)
        if row is None:
            return LastUse(purpose=purpose, token=None, etag=None)
        token = Token(version=row["TokenVersion"], made_at=row["TokenMadeAt"])
        return LastUse(purpose=purpose, token=token, etag=version(row))

    async def replace(self, last: LastUse, token: Token, *, event: Statement) -> bool:
        """Return False if another request used a token meanwhile."""
        row = {
            "PartitionKey": _PARTITION,
            "RowKey": last.purpose,
            "TokenVersion": token.version,
            "TokenMadeAt": token.made_at,
        }
        verb = Operation("update", row, last.etag) if last.etag else Operation("create", row)
        return await transact_with_event(self._table, [verb], partition=self.partition, event=event)
