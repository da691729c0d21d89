"""What a person decided about a device, sealed in its row."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared import base64url
from shared.accounts.handles import UserHandle
from shared.openid.authorization.request_format import pack, unpack
from shared.sealed import SealInvalid, open_sealed, seal

KIND = "device decision"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """The session that the approval opened."""

    user_handle: UserHandle
    session_id: bytes
    credential_hash: bytes
    role: str | None = None
    """In which the person connects to a database, if the request is for one."""


@dataclass(frozen=True, slots=True)
class Rejection:
    pass


@dataclass(frozen=True, slots=True)
class Refusal:
    """The person approved it, and the access profile does not admit that."""


type Decision = Approval | Rejection | Refusal


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
    if not members["approval"]:
        return Refusal()
    handle, session_id, credential_hash, *role = map(base64url.decode, members["approval"])
    return Approval(
        user_handle=UserHandle(handle),
        session_id=session_id,
        credential_hash=credential_hash,
        role=role[0].decode() if role else None,
    )


def _write(decision: Decision) -> list[str] | None:
    if isinstance(decision, Rejection):
        return None
    if isinstance(decision, Refusal):
        return []
    named = decision.user_handle, decision.session_id, decision.credential_hash
    role = () if decision.role is None else (decision.role.encode(),)
    return list(map(base64url.encode, (*named, *role)))
