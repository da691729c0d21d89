"""Records as the API shows them: camelCase, base64url, RFC 3339."""

from datetime import UTC, datetime
from typing import Any

from fido2.webauthn import Aaguid

from shared import base64url
from shared.accounts.records import CredentialRecord
from shared.relying_party.registration import Begun


def begun(ceremony: Begun) -> dict[str, Any]:
    return {"publicKey": ceremony.options, "expiresAt": timestamp(ceremony.expires_at)}


def user(handle: bytes, *, username: str, display_name: str) -> dict[str, Any]:
    return {
        "id": base64url.encode(handle),
        "username": username,
        "displayName": display_name,
    }


def credential(record: CredentialRecord) -> dict[str, Any]:
    return {
        "id": base64url.encode(record.id),
        "name": record.name,
        "aaguid": str(Aaguid(record.aaguid)),
        "createdAt": timestamp(record.created_at),
        "lastUsedAt": timestamp(record.last_used_at),
        "transports": list(record.transports),
        "userVerified": record.uv_initialized,
        "backupEligible": record.backup_eligible,
        "backupState": record.backup_state,
        "signCount": record.sign_count,
        "attestation": {"format": record.attestation_format, "type": record.attestation_type},
    }


def timestamp(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
