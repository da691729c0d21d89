"""Authenticator data: the bytes that the authenticator signs (L3 section 6.1).

Both ceremonies share these checks: L3 section 7.1 steps 14 to 17 and section 7.2 steps 15 to 18.
"""

from dataclasses import dataclass

from fido2.webauthn import AuthenticatorData

from shared.errors import Reason
from shared.webauthn.cbor_shape import item_end
from shared.webauthn.client_data import Rejection
from shared.webauthn.policy import CeremonyPolicy, UserVerification

_FIXED_LENGTH = 37
_AAGUID_LENGTH = 16
_FLAGS_OFFSET = 32
_Flag = AuthenticatorData.FLAG


def read_authenticator_data(raw: bytes, *, reject: Rejection) -> AuthenticatorData:
    """Parse the data, after checking lengths and CBOR that fido2 does not check."""
    try:
        _check_layout(raw)
        return AuthenticatorData(raw)
    # fido2 documents no exception type for hostile input: KeyError, struct.error, TypeError...
    except Exception as error:
        raise reject(Reason.AUTHENTICATOR_DATA_MALFORMED) from error


def _check_layout(raw: bytes) -> None:
    if len(raw) < _FIXED_LENGTH:
        raise ValueError("authenticator data cut short")
    flags, position = raw[_FLAGS_OFFSET], _FIXED_LENGTH
    if flags & _Flag.AT:
        length_at = position + _AAGUID_LENGTH
        credential_id_at = length_at + 2
        position = credential_id_at + int.from_bytes(raw[length_at:credential_id_at])
        position = _map_end(raw, position)
    if flags & _Flag.ED:
        position = _map_end(raw, position)
    if position != len(raw):
        raise ValueError("authenticator data of the wrong length")


def _map_end(raw: bytes, start: int) -> int:
    end = item_end(raw, start)
    if raw[start] >> 5 != 5:
        raise ValueError("not a CBOR map")
    return end


@dataclass(frozen=True, slots=True, kw_only=True)
class Flags:
    user_verified: bool
    backup_eligible: bool
    backup_state: bool


def check_authenticator_data(
    data: AuthenticatorData, *, policy: CeremonyPolicy, reject: Rejection
) -> Flags:
    if data.rp_id_hash != policy.rp_id_hash:  # 7.1 step 14, 7.2 step 15
        raise reject(Reason.RP_ID_HASH_MISMATCH)
    if not data.flags & _Flag.UP:  # 7.1 step 15, 7.2 step 16
        raise reject(Reason.USER_NOT_PRESENT)
    flags = Flags(
        user_verified=bool(data.flags & _Flag.UV),
        backup_eligible=bool(data.flags & _Flag.BE),
        backup_state=bool(data.flags & _Flag.BS),
    )
    required = policy.user_verification is UserVerification.REQUIRED
    if required and not flags.user_verified:  # 7.1 step 16, 7.2 step 17
        raise reject(Reason.USER_NOT_VERIFIED)
    if flags.backup_state and not flags.backup_eligible:  # 7.1 step 17, 7.2 step 18
        raise reject(Reason.BACKUP_STATE_WITHOUT_ELIGIBILITY)
    return flags
