"""Account and credential rows to values and back. Pure."""

from datetime import datetime
from typing import Any

from azure.data.tables import EdmType, EntityProperty

from shared import base64url
from shared.accounts.handles import UserHandle
from shared.accounts.records import (
    AttestationEvidence,
    CredentialDescriptor,
    CredentialId,
    CredentialRecord,
    Link,
    Oddity,
    UserAccount,
)
from shared.accounts.roles import Role
from shared.storage.tables.row_keys import digest_key
from shared.storage.tables.table import Entity
from shared.storage.tables.values import read_instant, read_integer

ACCOUNT_ROW = "account"
_CREDENTIAL_PREFIX = "credential:"
_LINK_PREFIX = "link:"

DESCRIPTOR_COLUMNS = ("RowKey", "CredentialId", "Transports")
RECORD_COLUMNS = (
    *DESCRIPTOR_COLUMNS,
    "UserHandle",
    "Username",
    "DisplayName",
    "Name",
    "PublicKey",
    "SignCount",
    "Aaguid",
    "UvInitialized",
    "BackupEligible",
    "BackupState",
    "AttestationFormat",
    "AttestationType",
    "CreatedAt",
    "LastUsedAt",
    "Roles",
    "Suspended",
    "AccountSuspended",
    "Subject",
    "AwaitedSince",
    "LinkedAt",
    "LinkedByKind",
    "LinkedBy",
    "CountedAt",
    "Oddities",
)
"""Everything but the evidence, which is large and which no ceremony reads."""


def credential_row(credential_id: bytes) -> str:
    return _CREDENTIAL_PREFIX + digest_key(credential_id)


def credential_row_of(credential_hash: bytes) -> str:
    """`credential_hash` is the SHA-256 of the credential ID."""
    return _CREDENTIAL_PREFIX + base64url.encode(credential_hash)


def is_credential(row: Entity) -> bool:
    return str(row["RowKey"]).startswith(_CREDENTIAL_PREFIX)


def link_row(link: Link) -> str:
    return _LINK_PREFIX + base64url.encode(link.id)


def is_link(row: Entity) -> bool:
    return str(row["RowKey"]).startswith(_LINK_PREFIX)


def link_columns(link: Link) -> dict[str, Any]:
    return {
        "Subject": link.subject,
        "LinkedAt": link.added_at,
        "LinkedByKind": link.added_by_kind,
        "LinkedBy": link.added_by,
    }


def read_link(row: Entity) -> Link:
    return Link(
        subject=row["Subject"],
        added_at=read_instant(row["LinkedAt"]),
        added_by_kind=row["LinkedByKind"],
        added_by=row["LinkedBy"],
    )


def account_columns(account: UserAccount) -> dict[str, Any]:
    return {
        "UserHandle": bytes(account.handle),
        "Username": account.username,
        "DisplayName": account.display_name,
        "CreatedAt": account.created_at,
        "Roles": ",".join(sorted(account.roles)),
        "Suspended": account.suspended,
        "Subject": account.subject or "",
        # A text, as merging cannot take a column away.
        "AwaitedSince": account.awaited_since.isoformat() if account.awaited_since else "",
    }


def repeated_columns(account: UserAccount) -> dict[str, Any]:
    """What each credential's row repeats of its account."""
    return {
        "UserHandle": bytes(account.handle),
        "Username": account.username,
        "DisplayName": account.display_name,
        "Roles": ",".join(sorted(account.roles)),
        "AccountSuspended": account.suspended,
    }


def read_account(row: Entity) -> UserAccount:
    return UserAccount(
        handle=UserHandle(row["UserHandle"]),
        username=row["Username"],
        display_name=row["DisplayName"],
        created_at=read_instant(row["CreatedAt"]),
        roles=_roles(row),
        suspended=row["Suspended"],
        subject=row["Subject"] or None,
        awaited_since=read_awaited_since(row),
    )


def read_awaited_since(row: Entity) -> datetime | None:
    """Rows of earlier versions do not say it."""
    since = row.get("AwaitedSince")
    return datetime.fromisoformat(since) if since else None


def credential_columns(record: CredentialRecord) -> dict[str, Any]:
    return {
        "CredentialId": bytes(record.id),
        "UserHandle": bytes(record.user_handle),
        "Username": record.username,
        "DisplayName": record.display_name,
        "Roles": ",".join(sorted(record.roles)),
        "AccountSuspended": record.account_suspended,
        "Suspended": record.suspended,
        "Name": record.name,
        "PublicKey": record.public_key,
        "Aaguid": record.aaguid,
        "Transports": ",".join(record.transports),
        "AttestationFormat": record.attestation_format,
        "AttestationType": record.attestation_type,
        "CreatedAt": record.created_at,
        **usage_columns(record),
    }


def usage_columns(record: CredentialRecord) -> dict[str, Any]:
    """What a sign-in may change."""
    return {
        # A sign count has 32 bits without a sign: too many for Edm.Int32.
        "SignCount": EntityProperty(record.sign_count, EdmType.INT64),
        **({"CountedAt": record.counted_at} if record.counted_at else {}),
        "Oddities": ",".join(sorted(record.oddities)),
        "UvInitialized": record.uv_initialized,
        "BackupEligible": record.backup_eligible,
        "BackupState": record.backup_state,
        "LastUsedAt": record.last_used_at,
    }


def evidence_columns(evidence: AttestationEvidence) -> dict[str, Any]:
    return {
        "AttestationObject": evidence.attestation_object,
        "AttestationClientDataJson": evidence.client_data_json,
    }


def read_credential(row: Entity) -> CredentialRecord:
    descriptor = read_descriptor(row)
    return CredentialRecord(
        id=descriptor.id,
        user_handle=UserHandle(row["UserHandle"]),
        username=row["Username"],
        display_name=row["DisplayName"],
        name=row["Name"],
        public_key=row["PublicKey"],
        sign_count=read_integer(row["SignCount"]),
        aaguid=row["Aaguid"],
        transports=descriptor.transports,
        uv_initialized=row["UvInitialized"],
        backup_eligible=row["BackupEligible"],
        backup_state=row["BackupState"],
        attestation_format=row["AttestationFormat"],
        attestation_type=row["AttestationType"],
        created_at=read_instant(row["CreatedAt"]),
        last_used_at=read_instant(row["LastUsedAt"]),
        roles=_roles(row),
        suspended=row["Suspended"],
        account_suspended=row["AccountSuspended"],
        counted_at=read_instant(row["CountedAt"]) if row.get("CountedAt") else None,
        oddities=_oddities(row),
    )


def read_descriptor(row: Entity) -> CredentialDescriptor:
    return CredentialDescriptor(
        id=CredentialId(row["CredentialId"]),
        transports=tuple(filter(None, row["Transports"].split(","))),
    )


def _roles(row: Entity) -> frozenset[Role]:
    return frozenset(Role(name) for name in row["Roles"].split(",") if name)


def _oddities(row: Entity) -> frozenset[Oddity]:
    """Rows of earlier versions have none, and those of later ones may have others."""
    names = (row.get("Oddities") or "").split(",")
    return frozenset(Oddity(name) for name in names if name in Oddity)
