"""Every way in which Touchstone declines a request.

TouchstoneError
├── MalformedRequest              the body is not what the API asks for
│   ├── ContentTooLarge
│   └── UnsupportedMediaType
├── ScopeInvalid                  no access token for this scope, or not by this way
├── CeremonyNotFound              the challenge is unknown, expired or used: one answer for all
├── CeremonyRejected              a verification step failed; the reason is for the log only
│   ├── RegistrationRejected
│   └── AuthenticationRejected
├── Conflict
│   ├── UsernameTaken
│   ├── CredentialAlreadyRegistered
│   ├── CredentialLimitReached
│   ├── LastCredential            removing it would lock its owner out
│   ├── SubjectLinked             an identity provider's user stands for another account already
│   ├── LinkLimitReached
│   ├── ErasureUnderWay           of this person: it was asked for, confirmed or begun
│   └── ConcurrentUse             another request changed the same credential first
├── Unauthorized
│   ├── TokenRequired
│   ├── TokenInvalid
│   ├── TokenElsewhere            it is ours and good, but not here, or not by this way
│   ├── DpopProofInvalid          no proof, for this request, of the key that a token is bound to
│   └── StepUpRequired            the sign-in behind the token is too old or too weak for this
├── NotPermitted                  the token is valid, but its bearer may not do this
├── CsrfRefused                   a cookie came, and nothing shows that our own page sent it
├── PassRefused                   whatever is wrong with an access pass: one answer for all
├── NotFound                      no such account, credential or session, or not the caller's
├── MethodNotAllowed              there is something, but it does not take that method
├── ProviderUnavailable           an identity provider, or Graph, does not answer: undecided
├── TooManyRequests               a rate limit is used up, until a moment that the error names
├── Busy                          this instance has all the costly work that it takes on
├── StorageUnavailable            throttled, timed out or unreachable; nothing is half-done
├── LogInconsistent               the audit log is not the one that was signed
└── KeysUnavailable               no key was ever read, or all of them are disabled or expired

They know nothing of HTTP: `shared.http.problems` gives each leaf its status.
"""

from collections.abc import Sequence
from enum import StrEnum


class TouchstoneError(Exception):
    """Base of the family; never raised itself."""


class MalformedRequest(TouchstoneError):
    """Its text is shown to the caller, so it names the member, never the value."""


class ContentTooLarge(MalformedRequest):
    pass


class UnsupportedMediaType(MalformedRequest):
    pass


class ScopeInvalid(TouchstoneError):
    pass


class CeremonyNotFound(TouchstoneError):
    pass


class Reason(StrEnum):
    """Which verification step refused a ceremony. For the log; callers are not told."""

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
        """For the log: what its operator may have set otherwise. Nothing that a client wrote."""


class RegistrationRejected(CeremonyRejected):
    pass


class AuthenticationRejected(CeremonyRejected):
    pass


class Conflict(TouchstoneError):
    pass


class UsernameTaken(Conflict):
    pass


class CredentialAlreadyRegistered(Conflict):
    pass


class CredentialLimitReached(Conflict):
    pass


class LastCredential(Conflict):
    pass


class SubjectLinked(Conflict):
    pass


class LinkLimitReached(Conflict):
    pass


class ErasureUnderWay(Conflict):
    pass


class ConcurrentUse(Conflict):
    pass


class Unauthorized(TouchstoneError):
    pass


class TokenRequired(Unauthorized):
    pass


class TokenInvalid(Unauthorized):
    pass


class TokenElsewhere(Unauthorized):
    pass


class DpopProofInvalid(Unauthorized):
    pass


class StepUpRequired(Unauthorized):
    def __init__(self, *, max_age: int, acr_values: tuple[str, ...] = ()) -> None:
        """What is asked of a sign-in (RFC 9470 section 3): how old it may be, in seconds, and
        which of our `acrValues` it needs, if it is one of ours."""
        super().__init__(f"a sign-in of the last {max_age} seconds is needed")
        self.max_age = max_age
        self.acr_values = acr_values


class NotPermitted(TouchstoneError):
    pass


class CsrfRefused(TouchstoneError):
    """Its text is shown to the caller, so it names the header, never its value."""


class PassRefused(TouchstoneError):
    pass


class NotFound(TouchstoneError):
    pass


class MethodNotAllowed(TouchstoneError):
    def __init__(self, allowed: Sequence[str]) -> None:
        super().__init__()
        self.allowed = allowed


class ProviderUnavailable(TouchstoneError):
    pass


class TooManyRequests(TouchstoneError):
    def __init__(
        self,
        policy: str,
        *,
        quota: int,
        window_seconds: int,
        retry_after: int,
        counter: tuple[str, str],
    ) -> None:
        """`policy` is the limit's name; `retry_after` is in seconds, from now. `counter` are the
        keys of the row that counts: the same ones on all instances until the window ends."""
        super().__init__(policy)
        self.counter = counter
        self.policy = policy
        self.quota = quota
        self.window_seconds = window_seconds
        self.retry_after = retry_after


class Busy(TouchstoneError):
    pass


class StorageUnavailable(TouchstoneError):
    pass


class LogInconsistent(TouchstoneError):
    """Its text says what is wrong. For the operator's log, and never for a caller's doing."""


class KeysUnavailable(TouchstoneError):
    pass
