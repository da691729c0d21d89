"""Accounts and their credentials, and how a credential comes to exist.

A registration has two writes that no transaction can join: the credential's ID is reserved in
a partition of its own, so that no two accounts can ever hold it, and then the credential appears
in its account's partition, all at once. That second write is the commit. A crash between the two
leaves a reservation without a credential: nobody signs in with it, no list shows it, and after a
while whoever brings that ID again takes the reservation over.
"""

from dataclasses import dataclass
from datetime import datetime

from shared.accounts.handles import AccountLocator, UserHandle, locate_handle
from shared.accounts.records import (
    AttestationEvidence,
    CredentialDescriptor,
    CredentialRecord,
    UserAccount,
)
from shared.errors import CredentialAlreadyRegistered
from shared.storage.credential_ids import ABANDONED_AFTER, CredentialIds, Reservation
from shared.storage.entities import (
    ACCOUNT_ROW,
    DESCRIPTOR_COLUMNS,
    RECORD_COLUMNS,
    account_columns,
    credential_columns,
    credential_row,
    evidence_columns,
    is_credential,
    partition_key,
    read_account,
    read_credential,
    read_descriptor,
    usage_columns,
)
from shared.storage.tables import MAX_TRANSACTION, Entity, Table, version


@dataclass(frozen=True, slots=True)
class Stored:
    """A record and the version of its row that it was read from."""

    record: CredentialRecord
    etag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCredential:
    record: CredentialRecord
    evidence: AttestationEvidence
    ceremony: bytes
    """Digest of the challenge: tells this registration's writes from anybody else's."""
    at: datetime


class AccountStore:
    def __init__(self, *, accounts: Table, credential_ids: CredentialIds) -> None:
        self._accounts = accounts
        self._credential_ids = credential_ids

    async def list_descriptors(self, locator: AccountLocator) -> list[CredentialDescriptor]:
        rows = await self._rows(locator, DESCRIPTOR_COLUMNS)
        return [read_descriptor(row) for row in rows if is_credential(row)]

    async def find_account(
        self, handle: UserHandle
    ) -> tuple[UserAccount, list[CredentialRecord]] | None:
        rows = await self._rows(locate_handle(handle), RECORD_COLUMNS)
        # Rows of an account that had this name before have another handle.
        mine = [row for row in rows if row["UserHandle"] == handle]
        accounts = [read_account(row) for row in mine if row["RowKey"] == ACCOUNT_ROW]
        if not accounts:
            return None
        return accounts[0], [read_credential(row) for row in mine if is_credential(row)]

    async def find_credential(self, locator: AccountLocator, credential_id: bytes) -> Stored | None:
        key = partition_key(locator), credential_row(credential_id)
        row = await self._accounts.get(*key, select=RECORD_COLUMNS)
        return None if row is None else Stored(read_credential(row), version(row))

    async def found_account(self, account: UserAccount, credential: NewCredential) -> bool:
        """Make the account with its first credential; return False if the name is taken."""
        row = {"RowKey": ACCOUNT_ROW, **account_columns(account)}
        return await self._commit(credential, with_account=("create", row))

    async def add_credential(self, credential: NewCredential) -> bool:
        """Return False if the account is gone."""
        row = {"RowKey": ACCOUNT_ROW, "LastCredentialAt": credential.at}
        return await self._commit(credential, with_account=("update", row))

    async def replace(self, stored: Stored, record: CredentialRecord) -> bool:
        """Store what a sign-in changed; return False if another one did so first."""
        keys = {
            "PartitionKey": partition_key(locate_handle(record.user_handle)),
            "RowKey": credential_row(record.id),
        }
        return await self._accounts.replace(keys | usage_columns(record), etag=stored.etag)

    async def _commit(
        self, credential: NewCredential, *, with_account: tuple[str, dict[str, object]]
    ) -> bool:
        record = credential.record
        reservation = await self._reserve(credential)
        partition = {"PartitionKey": partition_key(locate_handle(record.user_handle))}
        verb, account_row = with_account
        credential_row_columns = {
            "RowKey": credential_row(record.id),
            **credential_columns(record),
            **evidence_columns(credential.evidence),
        }
        committed = await self._accounts.transact(
            [(verb, partition | account_row), ("create", partition | credential_row_columns)]
        )
        if committed or await self._is_committed(record):
            return True
        await self._credential_ids.release(reservation)
        return False

    async def _reserve(self, credential: NewCredential) -> Reservation:
        reservation = Reservation(
            credential_id=credential.record.id,
            owner=credential.record.user_handle,
            ceremony=credential.ceremony,
            at=credential.at,
        )
        held = await self._credential_ids.reserve(reservation)
        if held is None:
            return reservation
        if credential.at - held.reservation.at < ABANDONED_AFTER:
            raise CredentialAlreadyRegistered
        owner = locate_handle(held.reservation.owner)
        if await self.find_credential(owner, credential.record.id) is not None:
            raise CredentialAlreadyRegistered
        if not await self._credential_ids.take_over(held, reservation):
            raise CredentialAlreadyRegistered
        return reservation

    async def _is_committed(self, record: CredentialRecord) -> bool:
        """Tell our own commit, whose answer got lost, from somebody else's row."""
        stored = await self.find_credential(locate_handle(record.user_handle), record.id)
        return stored is not None and stored.record.user_handle == record.user_handle

    async def _rows(self, locator: AccountLocator, columns: tuple[str, ...]) -> list[Entity]:
        return await self._accounts.query(
            "PartitionKey eq @account",
            {"account": partition_key(locator)},
            select=columns,
            limit=MAX_TRANSACTION,
        )
