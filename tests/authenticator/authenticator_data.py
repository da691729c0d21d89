"""Authenticator data (L3 §6.1), honest but for the lies told."""

from dataclasses import dataclass
from enum import IntFlag

from tests.authenticator import cbor
from tests.authenticator.lies import AuthenticatorDataLies, rewritten


class Flag(IntFlag):
    UP = 0x01
    UV = 0x04
    BE = 0x08
    BS = 0x10
    AT = 0x40
    ED = 0x80


@dataclass(frozen=True, kw_only=True, slots=True)
class AuthenticatorState:
    """What is true at the moment of a ceremony."""

    rp_id_hash: bytes
    user_verified: bool
    backup_eligible: bool
    backup_state: bool
    sign_count: int


def write(state: AuthenticatorState, attested_data: bytes, lies: AuthenticatorDataLies) -> bytes:
    written = b"".join(
        (
            lies.get("rp_id_hash", state.rp_id_hash),
            bytes([_flags(state, attested_data, lies)]),
            lies.get("sign_count", state.sign_count).to_bytes(4),
            lies.get("attested_data", attested_data),
            cbor.encode(lies["extensions"]) if "extensions" in lies else b"",
            lies.get("auth_data_suffix", b""),
        )
    )
    return rewritten(written, lies.get("auth_data"))


def changed(auth_data: bytes) -> bytes:
    """The same but for a sign count far greater, which no rule but the signature forbids."""
    return auth_data[:33] + bytes([auth_data[33] ^ 0x40]) + auth_data[34:]


def _flags(state: AuthenticatorState, attested_data: bytes, lies: AuthenticatorDataLies) -> int:
    said = {
        Flag.UP: lies.get("user_present", True),
        Flag.UV: lies.get("user_verified", state.user_verified),
        Flag.BE: lies.get("backup_eligible", state.backup_eligible),
        Flag.BS: lies.get("backup_state", state.backup_state),
        Flag.AT: lies.get("attested", bool(attested_data)),
        Flag.ED: lies.get("extension_flag", "extensions" in lies),
    }
    return sum(flag for flag, is_set in said.items() if is_set) | lies.get("reserved_flags", 0)
