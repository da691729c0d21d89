"""Accounts and credentials to store."""

import secrets
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

from shared.accounts.handles import AccountLocator, UserHandle
from shared.accounts.records import (
    AttestationEvidence,
    CredentialId,
    CredentialRecord,
    UserAccount,
)
from shared.storage.accounts.accounts import AccountStore, StoredCredential
from shared.storage.accounts.credential_ids import CredentialIds
from shared.storage.accounts.registrations import NewCredential, RegistrationStore
from tests.no_event import NO_EVENT
from tests.storage_transport import Storage

NOW = datetime(2031, 5, 17, 12, 0, 0, 123456, tzinfo=UTC)


class Accounts(AccountStore):
    """The accounts together with the registration of credentials."""

    def __init__(self, storage: Storage) -> None:
        super().__init__(storage.table("Accounts"))
        self._registrations = RegistrationStore(
            accounts=storage.table("Accounts"),
            account_store=self,
            credential_ids=CredentialIds(storage.table("CredentialIds")),
        )

    async def found_account(self, account: UserAccount, credential: NewCredential) -> bool:
        await self._registrations.reserve(credential)
        return await self._registrations.found_account(account, credential, event=NO_EVENT)

    async def add_credential(self, credential: NewCredential) -> bool:
        owner = await self.find_account_row(credential.record.user_handle)
        await self._registrations.reserve(credential)
        return owner is not None and await self._registrations.add_credential(
            owner, credential, event=NO_EVENT
        )

    async def use(self, stored: StoredCredential, record: CredentialRecord) -> bool:
        """Store what a sign-in changes."""
        return await self.store_usage(stored, record, event=NO_EVENT)

    async def everything(
        self, handle: UserHandle
    ) -> tuple[UserAccount, list[CredentialRecord]] | None:
        found = await self.find_account(handle)
        return None if found is None else (found.account, found.records)


def new_handle(locator: bytes | None = None) -> UserHandle:
    return UserHandle((locator or secrets.token_bytes(16)) + secrets.token_bytes(16))


def locator_of(handle: UserHandle) -> AccountLocator:
    return AccountLocator(handle[:16])


def record(handle: UserHandle, **members: object) -> CredentialRecord:
    usual = CredentialRecord(
        id=CredentialId(secrets.token_bytes(32)),
        user_handle=handle,
        username="alice",
        display_name="Alice",
        name="Passkey",
        public_key=b"a key",
        sign_count=1,
        aaguid=bytes(16),
        transports=("usb",),
        uv_initialized=True,
        backup_eligible=False,
        backup_state=False,
        attestation_format="none",
        attestation_type="none",
        created_at=NOW,
        last_used_at=NOW,
    )
    return replace(usual, **cast("dict[str, Any]", members))


def account_of(credential: CredentialRecord) -> UserAccount:
    return UserAccount(
        handle=credential.user_handle,
        username=credential.username,
        display_name=credential.display_name,
        created_at=credential.created_at,
    )


def new_credential(credential: CredentialRecord, *, at: datetime = NOW) -> NewCredential:
    return NewCredential(
        record=credential,
        evidence=AttestationEvidence(attestation_object=b"attested", client_data_json=b"{}"),
        ceremony=secrets.token_bytes(32),
        at=at,
    )


async def found(store: Accounts, credential: CredentialRecord, *, at: datetime = NOW) -> bool:
    return await store.found_account(account_of(credential), new_credential(credential, at=at))
