"""The authentication ceremony: options for the client, and L3 section 7.2 on what comes back."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from cryptography.exceptions import InvalidSignature
from fido2 import cbor
from fido2.cose import CoseKey
from fido2.webauthn import AuthenticatorData

from shared import base64url
from shared.accounts.handles import locate_handle
from shared.accounts.records import CredentialDescriptor, CredentialRecord
from shared.ceremonies.authenticator_data import (
    Flags,
    check_authenticator_data,
    read_authenticator_data,
)
from shared.ceremonies.client_data import check_client_data
from shared.ceremonies.policy import CeremonyPolicy, SignCountPolicy, UserVerification
from shared.ceremonies.registration import describe
from shared.ceremonies.responses import AuthenticationResponse
from shared.ceremonies.state import AuthenticationCeremony
from shared.errors import AuthenticationRejected, Reason

ACR_VALUES = ("phr", "aal1", "aal2")
"""What a client may ask a sign-in to be: phishing-resistant, which it always is, and how strong."""


def demand_user(policy: CeremonyPolicy) -> CeremonyPolicy:
    """The same policy, with the user verified whatever it said."""
    return replace(policy, user_verification=UserVerification.REQUIRED)


def request_options(
    *, challenge: bytes, policy: CeremonyPolicy, allow: Iterable[CredentialDescriptor] = ()
) -> dict[str, Any]:
    """PublicKeyCredentialRequestOptionsJSON (L3 section 5.1.10)."""
    return {
        "challenge": base64url.encode(challenge),
        "timeout": policy.lifetime_seconds * 1000,
        "rpId": policy.rp_id,
        "allowCredentials": [describe(descriptor) for descriptor in allow],
        "userVerification": policy.user_verification.value,
        "hints": [],
    }


class Observation(StrEnum):
    """Accepted, but worth reporting."""

    SIGN_COUNT_REGRESSION = "sign_count_regression"
    BACKUP_ELIGIBILITY_APPEARED = "backup_eligibility_appeared"
    BACKUP_STATE_CHANGED = "backup_state_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedAssertion:
    sign_count: int
    user_verified: bool
    backup_eligible: bool
    backup_state: bool
    observations: tuple[Observation, ...]


def verify_assertion(
    response: AuthenticationResponse,
    *,
    ceremony: AuthenticationCeremony,
    record: CredentialRecord,
    challenge: bytes,
    policy: CeremonyPolicy,
) -> VerifiedAssertion:
    """Run steps 5 to 22 of L3 section 7.2, in order.

    Raises AuthenticationRejected with the step's reason. Nothing may be written before it
    returns: flags and counters of an unverified assertion are anybody's.
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
    _check_backup_eligibility(flags, record)  # step 19
    _check_signature(response, record)  # steps 20 and 21
    regressed = _sign_count_regressed(data, record, policy)  # step 22
    return VerifiedAssertion(
        sign_count=data.counter,
        user_verified=flags.user_verified,
        backup_eligible=flags.backup_eligible,
        backup_state=flags.backup_state,
        observations=_observe(flags, record, regressed=regressed),
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


def _check_backup_eligibility(flags: Flags, record: CredentialRecord) -> None:
    """L3 has BE never change. Providers did turn it on when they began to sync, and refusing
    that locks people out; turning it off has no honest cause."""
    if record.backup_eligible and not flags.backup_eligible:
        raise AuthenticationRejected(Reason.BACKUP_ELIGIBILITY_VANISHED)


def _check_signature(response: AuthenticationResponse, record: CredentialRecord) -> None:
    key = CoseKey.parse(cbor.decode(record.public_key))  # type: ignore[arg-type]  # is a map
    try:
        key.verify(response.authenticator_data + response.client_data.hash, response.signature)
    except (InvalidSignature, ValueError) as error:  # ValueError: a signature of a wrong form
        raise AuthenticationRejected(Reason.SIGNATURE_INVALID) from error


def _sign_count_regressed(
    data: AuthenticatorData, record: CredentialRecord, policy: CeremonyPolicy
) -> bool:
    """Two zeros mean an authenticator that does not count; else the count has to grow."""
    if data.counter > record.sign_count or data.counter == record.sign_count == 0:
        return False
    if policy.sign_count is SignCountPolicy.REFUSE:
        raise AuthenticationRejected(Reason.SIGN_COUNT_REGRESSION)
    return True


def _observe(flags: Flags, record: CredentialRecord, *, regressed: bool) -> tuple[Observation, ...]:
    seen = {
        Observation.SIGN_COUNT_REGRESSION: regressed,
        Observation.BACKUP_ELIGIBILITY_APPEARED: flags.backup_eligible
        and not record.backup_eligible,
        Observation.BACKUP_STATE_CHANGED: flags.backup_state != record.backup_state,
    }
    return tuple(observation for observation, happened in seen.items() if happened)
