"""The facts of a credential in an event."""

from hashlib import sha256

from shared.accounts.records import CredentialRecord
from shared.audit.facts import CredentialFacts
from shared.sessions.session import hash_credential


def facts_of(record: CredentialRecord) -> CredentialFacts:
    return CredentialFacts(
        hash=hash_credential(record.id),
        aaguid=record.aaguid,
        public_key_hash=sha256(record.public_key).digest(),
        attestation_format=record.attestation_format,
        attestation_type=record.attestation_type,
        sign_count=record.sign_count,
        user_verified=record.uv_initialized,
        backup_eligible=record.backup_eligible,
        backup_state=record.backup_state,
    )


def facts_of_id(credential_id: bytes) -> CredentialFacts:
    """Only the ID is known before the credential is found."""
    return CredentialFacts(hash=hash_credential(credential_id))
