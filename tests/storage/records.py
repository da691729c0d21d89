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
from shared.storage.accounts import AccountStore, NewCredential
from shared.storage.credential_ids import CredentialIds
from tests.storage_transport import Storage

NOW = datetime(2031, 5, 17, 12, 0, 0, 123456, tzinfo=UTC)


def account_store(storage: Storage) -> AccountStore:
    return AccountStore(
        accounts=storage.table("Accounts"),
        credential_ids=CredentialIds(storage.table("CredentialIds")),
    )


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


async def found(store: AccountStore, credential: CredentialRecord, *, at: datetime = NOW) -> bool:
    return await store.found_account(account_of(credential), new_credential(credential, at=at))
