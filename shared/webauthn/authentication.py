"""The authentication ceremony: L3 section 7.2 for the client's response."""

from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from fido2 import cbor

from shared.accounts.handles import locate_handle
from shared.accounts.records import CredentialRecord, Oddity
from shared.cose import parse_key
from shared.errors import AuthenticationRejected, Reason
from shared.webauthn.authenticator_data import (
    check_authenticator_data,
    read_authenticator_data,
)
from shared.webauthn.client_data import check_client_data
from shared.webauthn.credential_changes import (
    REMEMBERED,
    Observation,
    observe_backup,
    observe_sign_count,
)
from shared.webauthn.policy import CeremonyPolicy
from shared.webauthn.responses import AuthenticationResponse
from shared.webauthn.state import AuthenticationCeremony


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedAssertion:
    sign_count: int
    user_verified: bool
    backup_eligible: bool
    backup_state: bool
    observations: tuple[Observation, ...]
    """What to report. An observation that is reported once only is left out if it was reported
    before."""

    @property
    def odd(self) -> list[Oddity]:
        """The irregularities to store in the record."""
        return [REMEMBERED[each] for each in self.observations if each in REMEMBERED]


def verify_assertion(
    response: AuthenticationResponse,
    *,
    ceremony: AuthenticationCeremony,
    record: CredentialRecord,
    challenge: bytes,
    policy: CeremonyPolicy,
) -> VerifiedAssertion:
    """Run steps 5 to 22 of L3 section 7.2 in order, except step 19.

    Raise AuthenticationRejected with the step's reason, or ConcurrentUse if another sign-in with
    the credential may have overtaken this one. Nothing may be written before this returns: anyone
    can send flags and counters in an unverified assertion.
    """
    _check_owner(response, ceremony=ceremony, record=record)  # steps 5 and 6
    client_data = response.client_data
    check_client_data(  # steps 8 to 14
        client_data,
        expected_type="webauthn.get",
        challenge=challenge,
        policy=policy,
        reject=AuthenticationRejected,
    )
    data = read_authenticator_data(response.authenticator_data, reject=AuthenticationRejected)
    flags = check_authenticator_data(data, policy=policy, reject=AuthenticationRejected)  # to 18
    _check_signature(response, record)  # steps 20 and 21
    # Only now, so that the record has no influence on how long a wrong signature takes.
    backup = [*observe_backup(flags, record, policy)]  # step 19
    began_at = _began_at(ceremony, policy)
    count = [*observe_sign_count(data.counter, flags, record, policy, began_at=began_at)]  # 22
    return VerifiedAssertion(
        sign_count=data.counter,
        user_verified=flags.user_verified,
        backup_eligible=flags.backup_eligible,
        backup_state=flags.backup_state,
        observations=tuple(each for each in count + backup if _is_reported(each, record)),
    )


def _check_owner(
    response: AuthenticationResponse,
    *,
    ceremony: AuthenticationCeremony,
    record: CredentialRecord,
) -> None:
    if record.id != response.credential_id:
        raise AuthenticationRejected(Reason.CREDENTIAL_UNKNOWN)
    if ceremony.locator is None and response.user_handle is None:
        raise AuthenticationRejected(Reason.USER_HANDLE_MISSING)
    if response.user_handle is not None and response.user_handle != record.user_handle:
        raise AuthenticationRejected(Reason.USER_HANDLE_MISMATCH)
    if ceremony.locator is not None and ceremony.locator != locate_handle(record.user_handle):
        raise AuthenticationRejected(Reason.USER_HANDLE_MISMATCH)


def _check_signature(response: AuthenticationResponse, record: CredentialRecord) -> None:
    key = parse_key(cbor.decode(record.public_key))  # type: ignore[arg-type]  # is a map
    try:
        key.verify(response.authenticator_data + response.client_data.hash, response.signature)
    except (InvalidSignature, ValueError) as error:  # ValueError: a signature of a wrong form
        raise AuthenticationRejected(Reason.SIGNATURE_INVALID) from error


def _began_at(ceremony: AuthenticationCeremony, policy: CeremonyPolicy) -> datetime:
    return datetime.fromtimestamp(ceremony.expires_at - policy.lifetime_seconds, UTC)


def _is_reported(observation: Observation, record: CredentialRecord) -> bool:
    return REMEMBERED.get(observation) not in record.oddities
