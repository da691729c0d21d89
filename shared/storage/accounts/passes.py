"""Access passes: one row in the account's partition. A new pass replaces the old one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.access_passes.access_pass import AccessPass
from shared.accounts.handles import AccountLocator, UserHandle, locate_handle
from shared.audit.statement import Statement
from shared.storage.accounts.account_rows import new_version
from shared.storage.accounts.accounts import TABLE, StoredAccount
from shared.storage.audit.statements import NoEvent, Partition, transact_with_event
from shared.storage.tables.row_keys import partition_key
from shared.storage.tables.table import Entity, Operation, Table, version
from shared.storage.tables.values import read_instant

PASS_ROW = "access-pass"  # noqa: S105 - the name of a row, not a password


@dataclass(frozen=True, slots=True)
class StoredPass:
    access_pass: AccessPass
    etag: str


class PassStore:
    def __init__(self, accounts: Table) -> None:
        self._accounts = accounts

    async def put(
        self, access_pass: AccessPass, owner: StoredAccount, *, event: Statement | NoEvent
    ) -> bool:
        """Return False if the account changed since it was read, or is gone.

        The account's row gets a new version, so a registration that began before the pass, and
        does not use it, is not stored after it. The row must have the version that was read:
        otherwise a late retry could restore a pass that was used or deleted since.
        """
        key = _key(locate_handle(access_pass.user_handle))
        row = Operation("upsert", key | _columns(access_pass))
        changed = new_version(access_pass.user_handle, owner.etag)
        return await self._transact([row, changed], event)

    async def find(self, locator: AccountLocator) -> StoredPass | None:
        key = _key(locator)
        row = await self._accounts.get(key["PartitionKey"], key["RowKey"])
        return None if row is None else StoredPass(read_pass(row), version(row))

    async def use(self, stored: StoredPass, *, at: datetime, event: Statement | NoEvent) -> bool:
        """Store when a one-time pass was first redeemed.

        Return False if it was used, replaced or deleted since it was read."""
        key = _key(locate_handle(stored.access_pass.user_handle))
        return await self._transact([Operation("update", key | {"UsedAt": at}, stored.etag)], event)

    def spending(self, stored: StoredPass) -> Operation:
        """Count one registration with the pass, in the credential's transaction, which fails if the
        pass was used, replaced or deleted since it was read."""
        key = _key(locate_handle(stored.access_pass.user_handle))
        registered = stored.access_pass.registered + 1
        return Operation("update", key | {"Registered": registered}, stored.etag)

    async def delete(self, stored: StoredPass, *, event: Statement | NoEvent) -> bool:
        """Return False if the pass was used, replaced or deleted since it was read."""
        key = _key(locate_handle(stored.access_pass.user_handle))
        return await self._transact([Operation("delete", key, stored.etag)], event)

    async def _transact(self, operations: Sequence[Operation], event: Statement | NoEvent) -> bool:
        partition = Partition(TABLE, operations[0].row["PartitionKey"])
        return await transact_with_event(
            self._accounts, operations, partition=partition, event=event
        )


def _key(locator: AccountLocator) -> dict[str, Any]:
    return {"PartitionKey": partition_key(locator), "RowKey": PASS_ROW}


def _columns(access_pass: AccessPass) -> dict[str, Any]:
    return {
        "PassId": access_pass.id,
        "UserHandle": bytes(access_pass.user_handle),
        "Salt": access_pass.salt,
        "Digest": access_pass.digest,
        "CreatedAt": access_pass.created_at,
        "StartsAt": access_pass.starts_at,
        "ExpiresAt": access_pass.expires_at,
        "OneTime": access_pass.one_time,
        "Registrations": access_pass.registrations,
        "Registered": access_pass.registered,
    }


def read_pass(row: Entity) -> AccessPass:
    used_at = row.get("UsedAt")
    return AccessPass(
        id=row["PassId"],
        user_handle=UserHandle(row["UserHandle"]),
        salt=row["Salt"],
        digest=row["Digest"],
        created_at=read_instant(row["CreatedAt"]),
        starts_at=read_instant(row["StartsAt"]),
        expires_at=read_instant(row["ExpiresAt"]),
        one_time=row["OneTime"],
        used_at=None if used_at is None else read_instant(used_at),
        # Rows of earlier versions lack these columns.
        registrations=row.get("Registrations", 1),
        registered=row.get("Registered", 0),
    )
