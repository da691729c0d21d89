"""The registration ceremony: L3 section 7.1 for the client's response."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from fido2 import cbor
from fido2.webauthn import AttestedCredentialData, AuthenticatorData

from shared.errors import Reason, RegistrationRejected
from shared.webauthn.attestation import (
    AttestationStatement,
    AttestationType,
    verify_attestation,
)
from shared.webauthn.authenticator_data import (
    check_authenticator_data,
    read_authenticator_data,
)
from shared.webauthn.cbor_shape import check_item
from shared.webauthn.client_data import check_client_data
from shared.webauthn.policy import CeremonyPolicy
from shared.webauthn.public_keys import read_public_key
from shared.webauthn.responses import MAX_CREDENTIAL_ID, RegistrationResponse


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedRegistration:
    credential_id: bytes
    public_key: bytes
    """COSE_Key, CBOR-encoded."""
    sign_count: int
    aaguid: bytes
    user_verified: bool
    backup_eligible: bool
    backup_state: bool
    attestation_format: str
    attestation_type: AttestationType


def verify_registration(
    response: RegistrationResponse,
    *,
    challenge: bytes,
    policy: CeremonyPolicy,
    at: datetime,
) -> VerifiedRegistration:
    """Run every step of L3 section 7.1 that needs no storage, in order.

    Raise RegistrationRejected with the step's reason. Step 26, that no other account has this
    credential ID, is left to storage.
    """
    client_data = response.client_data
    check_client_data(  # steps 5 to 11
        client_data,
        expected_type="webauthn.create",
        challenge=challenge,
        policy=policy,
        reject=RegistrationRejected,
    )
    statement, data = _read_attestation_object(response.attestation_object)  # step 13
    flags = check_authenticator_data(data, policy=policy, reject=RegistrationRejected)  # 14 to 19
    credential = _attested_credential(data, response)
    key = read_public_key(credential.public_key, offered=policy.algorithms)  # step 20
    attestation_type = verify_attestation(  # steps 21 to 24
        statement, authenticator_data=data, client_data_hash=client_data.hash, at=at
    )
    return VerifiedRegistration(
        credential_id=credential.credential_id,
        public_key=cbor.encode(key),
        sign_count=data.counter,
        aaguid=bytes(credential.aaguid),
        user_verified=flags.user_verified,
        backup_eligible=flags.backup_eligible,
        backup_state=flags.backup_state,
        attestation_format=statement.format,
        attestation_type=attestation_type,
    )


def _read_attestation_object(raw: bytes) -> tuple[AttestationStatement, AuthenticatorData]:
    try:
        check_item(raw)
        match cbor.decode(raw):
            case {
                "fmt": str() as fmt,
                "attStmt": Mapping() as members,
                "authData": bytes() as data,
            }:
                statement = AttestationStatement(format=fmt, members=members)
            case {"fmt": "compound", "attStmt": [*statements], "authData": bytes() as data}:
                statement = AttestationStatement(format="compound", members=statements)
            case _:
                raise ValueError("not an attestation object")
    # fido2's decoder documents no exception type for hostile input.
    except Exception as error:
        raise RegistrationRejected(Reason.ATTESTATION_OBJECT_MALFORMED) from error
    return statement, read_authenticator_data(data, reject=RegistrationRejected)


def _attested_credential(
    data: AuthenticatorData, response: RegistrationResponse
) -> AttestedCredentialData:
    credential = data.credential_data
    if credential is None:
        raise RegistrationRejected(Reason.ATTESTED_CREDENTIAL_MISSING)
    if not 0 < len(credential.credential_id) <= MAX_CREDENTIAL_ID:  # step 25
        raise RegistrationRejected(Reason.CREDENTIAL_ID_LENGTH)
    # The outer ID is not signed. It must be the attested one, or the client is lying.
    if credential.credential_id != response.credential_id:
        raise RegistrationRejected(Reason.CREDENTIAL_ID_MISMATCH)
    return credential
