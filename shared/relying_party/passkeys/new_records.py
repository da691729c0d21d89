"""The records that a verified registration stores."""

from datetime import datetime

from shared.accounts.records import (
    AttestationEvidence,
    CredentialId,
    CredentialRecord,
    UserAccount,
)
from shared.storage.accounts.registrations import NewCredential
from shared.webauthn.challenge import challenge_digest
from shared.webauthn.registration import VerifiedRegistration
from shared.webauthn.responses import RegistrationResponse
from shared.webauthn.state import RegistrationCeremony

DEFAULT_CREDENTIAL_NAME = "Passkey"


def new_account(ceremony: RegistrationCeremony, *, at: datetime) -> UserAccount:
    return UserAccount(
        handle=ceremony.user_handle,
        username=ceremony.username,
        display_name=ceremony.display_name,
        created_at=at,
    )


def new_credential(
    verified: VerifiedRegistration,
    response: RegistrationResponse,
    account: UserAccount,
    *,
    name: str | None,
    at: datetime,
) -> NewCredential:
    return NewCredential(
        record=new_record(verified, response, account, name=name, at=at),
        evidence=AttestationEvidence(
            attestation_object=response.attestation_object,
            client_data_json=response.client_data.raw,
        ),
        ceremony=challenge_digest(response.client_data.challenge),
        at=at,
    )


def new_record(
    verified: VerifiedRegistration,
    response: RegistrationResponse,
    account: UserAccount,
    *,
    name: str | None,
    at: datetime,
) -> CredentialRecord:
    return CredentialRecord(
        id=CredentialId(verified.credential_id),
        user_handle=account.handle,
        username=account.username,
        display_name=account.display_name,
        roles=account.roles,
        account_suspended=account.suspended,
        name=name or DEFAULT_CREDENTIAL_NAME,
        public_key=verified.public_key,
        sign_count=verified.sign_count,
        aaguid=verified.aaguid,
        transports=response.transports,
        uv_initialized=verified.user_verified,
        backup_eligible=verified.backup_eligible,
        backup_state=verified.backup_state,
        attestation_format=verified.attestation_format,
        attestation_type=verified.attestation_type,
        created_at=at,
        last_used_at=at,
    )
