"""Refused ceremonies, and the reasons for the log."""

from enum import StrEnum

from shared.errors.base import TouchstoneError


class CeremonyNotFound(TouchstoneError):
    pass


class Reason(StrEnum):
    """The verification step that failed. It goes to the log, not into the answer."""

    # Shared by both ceremonies (WebAuthn L3 sections 7.1 and 7.2)
    CLIENT_DATA_MALFORMED = "client_data_malformed"
    CLIENT_DATA_TYPE = "client_data_type"
    CHALLENGE_MISMATCH = "challenge_mismatch"
    ORIGIN_NOT_ALLOWED = "origin_not_allowed"
    CROSS_ORIGIN_NOT_ALLOWED = "cross_origin_not_allowed"
    TOP_ORIGIN_NOT_ALLOWED = "top_origin_not_allowed"
    AUTHENTICATOR_DATA_MALFORMED = "authenticator_data_malformed"
    RP_ID_HASH_MISMATCH = "rp_id_hash_mismatch"
    USER_NOT_PRESENT = "user_not_present"
    USER_NOT_VERIFIED = "user_not_verified"
    BACKUP_STATE_WITHOUT_ELIGIBILITY = "backup_state_without_eligibility"
    # Registration
    ATTESTATION_OBJECT_MALFORMED = "attestation_object_malformed"
    ATTESTED_CREDENTIAL_MISSING = "attested_credential_missing"
    CREDENTIAL_ID_LENGTH = "credential_id_length"
    CREDENTIAL_ID_MISMATCH = "credential_id_mismatch"
    ALGORITHM_NOT_OFFERED = "algorithm_not_offered"
    PUBLIC_KEY_UNUSABLE = "public_key_unusable"
    ATTESTATION_FORMAT_UNKNOWN = "attestation_format_unknown"
    ATTESTATION_INVALID = "attestation_invalid"
    # Authentication
    CREDENTIAL_UNKNOWN = "credential_unknown"
    USER_HANDLE_MISSING = "user_handle_missing"
    USER_HANDLE_MISMATCH = "user_handle_mismatch"
    BACKUP_ELIGIBILITY_APPEARED = "backup_eligibility_appeared"
    BACKUP_ELIGIBILITY_VANISHED = "backup_eligibility_vanished"
    SIGNATURE_INVALID = "signature_invalid"
    SIGN_COUNT_REGRESSION = "sign_count_regression"
    CREDENTIAL_SUSPENDED = "credential_suspended"
    ACCOUNT_SUSPENDED = "account_suspended"


class CeremonyRejected(TouchstoneError):
    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.hint: str | None = None
        """For the log: the setting that may be wrong. It contains nothing that a client sent."""


class RegistrationRejected(CeremonyRejected):
    pass


class AuthenticationRejected(CeremonyRejected):
    pass
