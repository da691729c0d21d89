"""What people allowed clients to have, in the partition of their account.

The rows sort after sessions, so that no query of an account reads them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.accounts.handles import UserHandle, locate_handle
from shared.audit.statement import Statement
from shared.storage.accounts.account_reader import TABLE
from shared.storage.audit.statements import Partition, transact_with_event
from shared.storage.tables.row_keys import digest_key, partition_key
from shared.storage.tables.rows import Row
from shared.storage.tables.table import Operation, Table
from shared.storage.tables.values import read_instant

_PREFIX = "~consent:"
_AFTER = "~consent;"
_MOST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    client_id: str
    scope: frozenset[str]
    resources: frozenset[str]
    at: datetime

    def covers(self, scope: frozenset[str], resources: frozenset[str]) -> bool:
        return scope <= self.scope and resources <= self.resources


def consent_row(client_id: str) -> str:
    return _PREFIX + digest_key(client_id.encode())


class ConsentStore:
    def __init__(self, accounts: Table) -> None:
        self._accounts = accounts

    async def put(self, handle: UserHandle, consent: Consent, *, event: Statement) -> bool:
        row = _keys(handle, consent.client_id) | {
            "UserHandle": bytes(handle),
            "ConsentedClient": consent.client_id,
            "Scope": " ".join(sorted(consent.scope)),
            "Resources": " ".join(sorted(consent.resources)),
            "ConsentedAt": consent.at,
        }
        return await self._transact(handle, Operation("upsert", row), event)

    async def remove(self, handle: UserHandle, client_id: str, *, event: Statement) -> bool:
        """Return False if there was none."""
        return await self._transact(handle, Operation("delete", _keys(handle, client_id)), event)

    async def of_account(self, handle: UserHandle) -> list[Consent]:
        rows = await self._accounts.query(
            "PartitionKey eq @account and RowKey ge @first and RowKey lt @after",
            {
                "account": partition_key(locate_handle(handle)),
                "first": _PREFIX,
                "after": _AFTER,
            },
            limit=_MOST,
        )
        return [consent for row in rows if (consent := read_consent(row, handle)) is not None]

    async def _transact(self, handle: UserHandle, change: Operation, event: Statement) -> bool:
        partition = Partition(TABLE, partition_key(locate_handle(handle)))
        return await transact_with_event(self._accounts, [change], partition=partition, event=event)


def read_consent(row: Row, handle: UserHandle) -> Consent | None:
    """None if it is of an earlier account with the same name."""
    if row["UserHandle"] != handle:
        return None
    return Consent(
        client_id=row["ConsentedClient"],
        scope=frozenset(row["Scope"].split()),
        resources=frozenset(row["Resources"].split()),
        at=read_instant(row["ConsentedAt"]),
    )


def _keys(handle: UserHandle, client_id: str) -> dict[str, Any]:
    return {
        "PartitionKey": partition_key(locate_handle(handle)),
        "RowKey": consent_row(client_id),
    }
