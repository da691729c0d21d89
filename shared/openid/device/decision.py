"""What a person decided about a device, sealed in its row."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shared import base64url
from shared.accounts.handles import UserHandle
from shared.openid.authorization.request_format import pack, unpack
from shared.sealed import SealInvalid, open_sealed, seal

KIND = "device decision"
_START = datetime(1970, 1, 1, tzinfo=UTC)
_UNIT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """The gesture that approved."""

    user_handle: UserHandle
    credential_hash: bytes
    user_verified: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Rejection:
    pass


type Decision = Approval | Rejection


def seal_decision(
    decision: Decision, device_code: bytes, *, expires_at: int, random: bytes, sealing_key: bytes
) -> str:
    """`device_code` is the ID of the code that was decided about."""
    members = {"device": base64url.encode(device_code), "approval": _write(decision)}
    return seal(KIND, pack(members), expires_at=expires_at, random=random, sealing_key=sealing_key)


def open_decision(
    text: str, device_code: bytes, *, now: int, sealing_keys: Iterable[bytes]
) -> Decision:
    """Raise SealInvalid, also if it is about another device code."""
    members = unpack(open_sealed(KIND, text, now=now, sealing_keys=sealing_keys).content)
    if members["device"] != base64url.encode(device_code):
        raise SealInvalid
    if members["approval"] is None:
        return Rejection()
    handle, credential_hash, user_verified, at = members["approval"]
    return Approval(
        user_handle=UserHandle(base64url.decode(handle)),
        credential_hash=base64url.decode(credential_hash),
        user_verified=user_verified,
        at=_START + at * _UNIT,
    )


def _write(decision: Decision) -> list[str | bool | int] | None:
    if isinstance(decision, Rejection):
        return None
    return [
        base64url.encode(decision.user_handle),
        base64url.encode(decision.credential_hash),
        decision.user_verified,
        (decision.at - _START) // _UNIT,
    ]
