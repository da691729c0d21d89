"""Credential rows to records and back. Pure."""

from typing import Any

from shared.accounts.handles import UserHandle
from shared.accounts.records import (
    AttestationEvidence,
    CredentialDescriptor,
    CredentialId,
    CredentialRecord,
    Oddity,
)
from shared.storage.accounts.entities import read_roles
from shared.storage.edm import EdmType, EntityProperty
from shared.storage.tables.table import Entity
from shared.storage.tables.values import read_instant, read_integer

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
"""All columns except the evidence, which is large and which no sign-in reads."""
EVIDENCE_COLUMNS = ("AttestationObject", "AttestationClientDataJson")


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
    """The columns that a sign-in may change."""
    return {
        # A sign count is an unsigned 32-bit number, too large for Edm.Int32.
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


def read_evidence(row: Entity) -> AttestationEvidence | None:
    """None for a row of an earlier version, which has none."""
    if not all(row.get(column) for column in EVIDENCE_COLUMNS):
        return None
    attestation_object, client_data_json = (row[column] for column in EVIDENCE_COLUMNS)
    return AttestationEvidence(
        attestation_object=attestation_object, client_data_json=client_data_json
    )


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
        roles=read_roles(row),
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


def _oddities(row: Entity) -> frozenset[Oddity]:
    """Rows of earlier versions have no value. Rows of later versions may have unknown values."""
    names = (row.get("Oddities") or "").split(",")
    return frozenset(Oddity(name) for name in names if name in Oddity)
