"""Finds accounts that wait for their first credential, and removes them with their access pass.

As in `stray_reservations`, each search starts at a random key, so no position has to be stored.
Keys are spread evenly, any number of instances may search, and a crash leaves nothing behind.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.accounts.handles import LOCATOR_BYTES, AccountLocator, locate_handle
from shared.audit.statement import Statement
from shared.storage.accounts.accounts import AccountStore, StoredAccount
from shared.storage.accounts.entities import ACCOUNT_ROW, NO_SESSIONS, read_awaited_since
from shared.storage.accounts.passes import PASS_ROW, PassStore, StoredPass
from shared.storage.audit.statements import transact_with_event
from shared.storage.tables.row_keys import partition_key
from shared.storage.tables.table import Operation, Table


@dataclass(frozen=True, slots=True)
class AwaitedAccount:
    """An account and its access pass, with the versions of their rows."""

    owner: StoredAccount
    access_pass: StoredPass | None


class AwaitedAccounts:
    def __init__(
        self,
        table: Table,
        *,
        accounts: AccountStore,
        passes: PassStore,
        random: Callable[[int], bytes],
    ) -> None:
        self._table = table
        self._accounts = accounts
        self._passes = passes
        self._random = random

    async def from_chance(self, *, before: datetime, limit: int) -> list[AccountLocator]:
        """Read `limit` rows from a random key on; return accounts awaited since before a time."""
        rows = await self._table.query(
            f"PartitionKey ge @start and {NO_SESSIONS}",
            {"start": partition_key(AccountLocator(self._random(LOCATOR_BYTES)))},
            select=("PartitionKey", "RowKey", "AwaitedSince"),
            limit=limit,
        )
        asked = ((row, read_awaited_since(row)) for row in rows)
        return [
            AccountLocator(row.key_bytes("PartitionKey"))
            for row, since in asked
            if since is not None and since < before
        ]

    async def find(self, locator: AccountLocator) -> AwaitedAccount | None:
        # The pass is read first: before a pass is made, the account's row gets a new version.
        access_pass = await self._passes.find(locator)
        owner = await self._accounts.find_account_at(locator)
        return None if owner is None else AwaitedAccount(owner, access_pass)

    async def remove(self, awaited: AwaitedAccount, *, event: Statement) -> bool:
        """Return False if the account or its pass changed since they were read."""
        partition = self._accounts.partition(locate_handle(awaited.owner.account.handle))
        rows = {ACCOUNT_ROW: awaited.owner.etag}
        if awaited.access_pass is not None:
            rows[PASS_ROW] = awaited.access_pass.etag
        deletions = [
            Operation("delete", {"PartitionKey": partition.key, "RowKey": row}, etag)
            for row, etag in rows.items()
        ]
        return await transact_with_event(self._table, deletions, partition=partition, event=event)
