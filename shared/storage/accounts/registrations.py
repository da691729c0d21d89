"""Stores new credentials.

A registration has two writes that cannot be one transaction. First the credential's ID is reserved
in a partition of its own, so that no two accounts can have it. Then the credential is written in
its account's partition, in one transaction, which is the commit. A crash between the two leaves
a reservation without a credential. Such an ID cannot sign in and is in no list. Later another
registration of the same ID takes the reservation over, or `stray_reservations` removes it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from shared.accounts.handles import locate_handle
from shared.accounts.records import AttestationEvidence, CredentialRecord, UserAccount
from shared.audit.statement import Statement
from shared.errors import CredentialAlreadyRegistered
from shared.storage.accounts.accounts import TABLE, AccountStore, StoredAccount
from shared.storage.accounts.credential_entities import credential_columns, evidence_columns
from shared.storage.accounts.credential_ids import ABANDONED_AFTER, CredentialIds, Reservation
from shared.storage.accounts.entities import ACCOUNT_ROW, account_columns, credential_row
from shared.storage.audit.statements import NoEvent, Partition, transact_with_event
from shared.storage.tables.row_keys import partition_key
from shared.storage.tables.table import Operation, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCredential:
    record: CredentialRecord
    evidence: AttestationEvidence
    ceremony: bytes
    """Digest of the challenge: distinguishes this registration's writes from all others."""
    at: datetime
    also: Sequence[Operation] = ()
    """Other operations in the account's partition, in the same transaction."""


class RegistrationStore:
    def __init__(
        self, *, accounts: Table, account_store: AccountStore, credential_ids: CredentialIds
    ) -> None:
        self._accounts = accounts
        self._account_store = account_store
        self._credential_ids = credential_ids

    async def reserve(self, credential: NewCredential) -> None:
        """Reserve the credential's ID. Raises CredentialAlreadyRegistered."""
        reservation = Reservation(
            credential_id=credential.record.id,
            owner=credential.record.user_handle,
            ceremony=credential.ceremony,
            at=credential.at,
        )
        held = await self._credential_ids.reserve(reservation)
        if held is None:
            return
        if credential.at - held.reservation.at < ABANDONED_AFTER:
            raise CredentialAlreadyRegistered
        owner = locate_handle(held.reservation.owner)
        if await self._account_store.find_credential(owner, credential.record.id) is not None:
            raise CredentialAlreadyRegistered
        if not await self._credential_ids.take_over(held, reservation):
            raise CredentialAlreadyRegistered

    async def found_account(
        self, account: UserAccount, credential: NewCredential, *, event: Statement | NoEvent
    ) -> bool:
        """Create the account with its first credential; return False if the name is taken. As for
        `add_credential`, the ID must be reserved before; on False it is released."""
        return await self._commit(credential, "create", account, event=event)

    async def add_credential(
        self, owner: StoredAccount, credential: NewCredential, *, event: Statement | NoEvent
    ) -> bool:
        """Return False if the account, or a row in `also`, changed since it was read."""
        account = replace(owner.account, awaited_since=None)
        return await self._commit(credential, "update", account, owner.etag, event=event)

    async def release(self, record: CredentialRecord) -> None:
        """Release the ID of a credential that was removed, or that will not be stored."""
        await self._credential_ids.release(record.id)

    async def _commit(
        self,
        credential: NewCredential,
        verb: Literal["create", "update"],
        account: UserAccount,
        etag: str | None = None,
        *,
        event: Statement | NoEvent,
    ) -> bool:
        partition = {"PartitionKey": partition_key(locate_handle(account.handle))}
        account_row = partition | {"RowKey": ACCOUNT_ROW} | account_columns(account)
        record = credential.record
        row = (
            partition
            | {"RowKey": credential_row(record.id)}
            | credential_columns(record)
            | evidence_columns(credential.evidence)
        )
        committed = await transact_with_event(
            self._accounts,
            [Operation(verb, account_row, etag), Operation("create", row), *credential.also],
            partition=Partition(TABLE, partition["PartitionKey"]),
            event=event,
        )
        if committed or await self._is_committed(record):
            return True
        await self._credential_ids.release(record.id)
        return False

    async def _is_committed(self, record: CredentialRecord) -> bool:
        """Whether our commit succeeded and only its answer was lost."""
        locator = locate_handle(record.user_handle)
        stored = await self._account_store.find_credential(locator, record.id)
        return stored is not None and stored.record.user_handle == record.user_handle
