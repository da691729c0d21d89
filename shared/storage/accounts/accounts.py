"""Accounts and their credentials: reading them, and changing what exists.

All rows of an account are in one partition. A change that depends on several of them is one
transaction that requires the account's row to be unchanged; of two such changes one fails.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shared.accounts.handles import AccountLocator, UserHandle, locate_handle
from shared.accounts.records import CredentialDescriptor, CredentialRecord, Link, UserAccount
from shared.audit.statement import Statement
from shared.sessions.session import hash_credential
from shared.storage.accounts.account_rows import (
    account_row,
    credential_keys,
    listing_row,
    new_version,
)
from shared.storage.accounts.entities import (
    ACCOUNT_ROW,
    DESCRIPTOR_COLUMNS,
    RECORD_COLUMNS,
    credential_row,
    credential_row_of,
    is_credential,
    is_link,
    read_account,
    read_credential,
    read_descriptor,
    read_link,
    repeated_columns,
    usage_columns,
)
from shared.storage.audit.statements import NO_EVENTS, NoEvent, Partition, transact_with_event
from shared.storage.tables.row_keys import partition_key
from shared.storage.tables.rows import Row
from shared.storage.tables.table import MAX_TRANSACTION, Operation, Table, version

TABLE = "Accounts"
MOST_LINKS = 8
"""Of an account. With 90 credentials, the account and its access pass that makes 100 rows, all that
one request reads."""


@dataclass(frozen=True, slots=True)
class StoredCredential:
    """A record and the version of its row that it was read from."""

    record: CredentialRecord
    etag: str


@dataclass(frozen=True, slots=True)
class StoredAccount:
    """An account, the version of its row, its credentials and its links."""

    account: UserAccount
    etag: str
    credentials: tuple[StoredCredential, ...] = ()
    links: tuple[Link, ...] = ()

    @property
    def records(self) -> list[CredentialRecord]:
        return [stored.record for stored in self.credentials]

    def lists(self, link_id: bytes) -> bool:
        return any(link.id == link_id for link in self.links)

    def has_active_credential(self, credential_hash: bytes | None) -> bool:
        return any(
            record.is_active and hash_credential(record.id) == credential_hash
            for record in self.records
        )


class AccountStore:
    def __init__(self, accounts: Table) -> None:
        self._accounts = accounts

    async def list_descriptors(self, locator: AccountLocator) -> list[CredentialDescriptor]:
        rows = await self._rows(locator, DESCRIPTOR_COLUMNS)
        return [read_descriptor(row) for row in rows if is_credential(row)]

    async def find_account(self, handle: UserHandle) -> StoredAccount | None:
        found = await self.find_account_at(locate_handle(handle))
        # An account that was founded later under the same name has another handle.
        return found if found is not None and found.account.handle == handle else None

    async def find_account_at(self, locator: AccountLocator) -> StoredAccount | None:
        rows = await self._rows(locator, RECORD_COLUMNS)
        account = next((row for row in rows if row["RowKey"] == ACCOUNT_ROW), None)
        if account is None:
            return None
        credentials = (_read_stored(row) for row in rows if is_credential(row))
        links = sorted(map(read_link, filter(is_link, rows)), key=lambda link: link.added_at)
        return StoredAccount(
            read_account(account), version(account), tuple(credentials), tuple(links)
        )

    async def find_account_row(self, handle: UserHandle) -> StoredAccount | None:
        """The account without its credentials: a point read."""
        row = await self._accounts.get(partition_key(locate_handle(handle)), ACCOUNT_ROW)
        if row is None or row["UserHandle"] != handle:
            return None
        return StoredAccount(read_account(row), version(row))

    async def find_credential(
        self, locator: AccountLocator, credential_id: bytes
    ) -> StoredCredential | None:
        return await self._find_credential(locator, credential_row(credential_id))

    async def find_credential_by_hash(
        self, locator: AccountLocator, credential_hash: bytes
    ) -> StoredCredential | None:
        return await self._find_credential(locator, credential_row_of(credential_hash))

    async def is_empty(self) -> bool:
        """Whether there is no account."""
        condition = f"PartitionKey ge @first and {NO_EVENTS}"
        return not await self._accounts.query(condition, {"first": ""}, select=("RowKey",), limit=1)

    async def is_only(self, locator: AccountLocator) -> bool:
        """Whether there is no account but that one."""
        others = await self._accounts.query(
            f"PartitionKey ne @partition and {NO_EVENTS}",
            {"partition": partition_key(locator)},
            select=("RowKey",),
            limit=1,
        )
        return not others

    async def create_account(
        self, account: UserAccount, *, link: Link | None = None, event: Statement | NoEvent
    ) -> bool:
        """Make an account without credentials; return False if its name is taken."""
        rows = [account_row(account), *([listing_row(account.handle, link)] if link else [])]
        return await self._transact([Operation("create", row) for row in rows], event)

    async def add_link(
        self, owner: StoredAccount, link: Link, *, event: Statement | NoEvent
    ) -> bool:
        """Return False if the account changed since it was read."""
        row = listing_row(owner.account.handle, link)
        return await self._transact([_unchanged(owner), Operation("upsert", row)], event)

    async def forget_link(
        self, handle: UserHandle, link: Link, *, event: Statement | NoEvent
    ) -> bool:
        """Return False if it was not listed any more."""
        forgotten = Operation("delete", listing_row(handle, link))
        return await self._transact([forgotten, new_version(handle)], event)

    async def disown(self, owner: StoredAccount, link: Link, *, event: Statement | NoEvent) -> bool:
        """The account was not made for the link's subject, as it says from now on; and what rests
        on its present version is not stored. Return False if it changed since it was read."""
        kept = None if owner.account.subject == link.subject else owner.account.subject
        row = account_row(replace(owner.account, subject=kept))
        return await self._transact([Operation("update", row, owner.etag)], event)

    async def store_usage(self, stored: StoredCredential, record: CredentialRecord) -> bool:
        """Store what a sign-in changed; return False if another one did so first. The sign-in's
        event is written with its session."""
        keys = credential_keys(record)
        return await self._accounts.replace(keys | usage_columns(record), etag=stored.etag)

    async def change_credential(
        self,
        stored: StoredCredential,
        *,
        name: str | None = None,
        suspended: bool | None = None,
        of: StoredAccount | None = None,
        event: Statement | NoEvent,
    ) -> bool:
        """Return False if the credential changed or vanished since it was read, or its account,
        if that is given: then nothing that rests on both is stored afterwards."""
        columns = {"Name": name, "Suspended": suspended}
        changed = {column: value for column, value in columns.items() if value is not None}
        row = credential_keys(stored.record) | changed
        beside = [] if of is None else [_unchanged(of)]
        return await self._transact([*beside, Operation("update", row, stored.etag)], event)

    async def remove_credential(
        self, owner: StoredAccount, stored: StoredCredential, *, event: Statement | NoEvent
    ) -> bool:
        """Return False if the account changed since it was read."""
        # An earlier version that added it may have left the account as if it was never there.
        account = replace(owner.account, awaited_since=None)
        return await self._transact(
            [
                Operation("update", account_row(account), owner.etag),
                Operation("delete", credential_keys(stored.record)),
            ],
            event,
        )

    async def change_account(
        self, owner: StoredAccount, account: UserAccount, *, event: Statement | NoEvent
    ) -> bool:
        """Change the account, and what each of its credentials repeats of it.

        Return False if the account changed since it was read.
        """
        repeated = repeated_columns(account)
        return await self._transact(
            [
                Operation("update", account_row(account), owner.etag),
                *(
                    Operation("update", credential_keys(record) | repeated)
                    for record in owner.records
                ),
            ],
            event,
        )

    def partition(self, locator: AccountLocator) -> Partition:
        """The partition of the events of an account."""
        return Partition(TABLE, partition_key(locator))

    async def _transact(self, operations: Sequence[Operation], event: Statement | NoEvent) -> bool:
        partition = Partition(TABLE, operations[0].row["PartitionKey"])
        return await transact_with_event(
            self._accounts, operations, partition=partition, event=event
        )

    async def _find_credential(
        self, locator: AccountLocator, row_key: str
    ) -> StoredCredential | None:
        key = partition_key(locator), row_key
        row = await self._accounts.get(*key, select=RECORD_COLUMNS)
        return None if row is None else _read_stored(row)

    async def _rows(self, locator: AccountLocator, columns: Sequence[str]) -> list[Row]:
        return await self._accounts.query(
            f"PartitionKey eq @account and {NO_EVENTS}",
            {"account": partition_key(locator)},
            select=columns,
            limit=MAX_TRANSACTION,
        )


def _read_stored(row: Row) -> StoredCredential:
    return StoredCredential(read_credential(row), version(row))


def _unchanged(owner: StoredAccount) -> Operation:
    """Nothing else about the account has been decided since it was read, nor will be."""
    return Operation("update", account_row(owner.account), owner.etag)
