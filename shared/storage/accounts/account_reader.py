"""Reads accounts with their credentials and links."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.accounts.handles import AccountLocator, UserHandle, locate_handle
from shared.accounts.records import (
    AttestationEvidence,
    CredentialDescriptor,
    CredentialRecord,
    Link,
    UserAccount,
)
from shared.sessions.session import hash_credential
from shared.storage.accounts.credential_entities import (
    DESCRIPTOR_COLUMNS,
    EVIDENCE_COLUMNS,
    RECORD_COLUMNS,
    read_credential,
    read_descriptor,
    read_evidence,
)
from shared.storage.accounts.entities import (
    ACCOUNT_ROW,
    NO_SESSIONS,
    credential_row,
    credential_row_of,
    is_credential,
    is_link,
    read_account,
    read_link,
)
from shared.storage.tables.row_keys import partition_key
from shared.storage.tables.rows import Row
from shared.storage.tables.table import MAX_TRANSACTION, Table, version

TABLE = "Accounts"
_COLUMNS = (*RECORD_COLUMNS, "ProviderGroups", "AssignedGroups")
"""Of an account with all that belongs to it."""


@dataclass(frozen=True, slots=True)
class StoredCredential:
    """A record, and the version of the row that it was read from."""

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


def _read_stored(row: Row) -> StoredCredential:
    return StoredCredential(read_credential(row), version(row))


class AccountReader:
    def __init__(self, accounts: Table) -> None:
        self._accounts = accounts

    async def list_descriptors(self, locator: AccountLocator) -> list[CredentialDescriptor]:
        rows = await self._rows(locator, DESCRIPTOR_COLUMNS)
        return [read_descriptor(row) for row in rows if is_credential(row)]

    async def find_account(self, handle: UserHandle) -> StoredAccount | None:
        found = await self.find_account_at(locate_handle(handle))
        # A later account with the same name has another handle.
        return found if found is not None and found.account.handle == handle else None

    async def find_account_at(self, locator: AccountLocator) -> StoredAccount | None:
        rows = await self._rows(locator, _COLUMNS)
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

    async def find_evidence(self, record: CredentialRecord) -> AttestationEvidence | None:
        """What the authenticator sent when the credential was registered."""
        key = partition_key(locate_handle(record.user_handle)), credential_row(record.id)
        row = await self._accounts.get(*key, select=EVIDENCE_COLUMNS)
        return None if row is None else read_evidence(row)

    async def is_empty(self) -> bool:
        """Whether there is no account."""
        condition = f"PartitionKey ge @first and {NO_SESSIONS}"
        return not await self._accounts.query(condition, {"first": ""}, select=("RowKey",), limit=1)

    async def is_only(self, locator: AccountLocator) -> bool:
        """Whether there is no other account than this one."""
        others = await self._accounts.query(
            f"PartitionKey ne @partition and {NO_SESSIONS}",
            {"partition": partition_key(locator)},
            select=("RowKey",),
            limit=1,
        )
        return not others

    async def _find_credential(
        self, locator: AccountLocator, row_key: str
    ) -> StoredCredential | None:
        key = partition_key(locator), row_key
        row = await self._accounts.get(*key, select=RECORD_COLUMNS)
        return None if row is None else _read_stored(row)

    async def _rows(self, locator: AccountLocator, columns: Sequence[str]) -> list[Row]:
        return await self._accounts.query(
            f"PartitionKey eq @account and {NO_SESSIONS}",
            {"account": partition_key(locator)},
            select=columns,
            limit=MAX_TRANSACTION,
        )
