"""What an access token rests on, sealed inside it: only this service can read whose it is, and
nobody can join two tokens by it."""

import struct
from collections.abc import Iterable
from dataclasses import dataclass

from shared.accounts.handles import HANDLE_BYTES, UserHandle
from shared.sealed import open_sealed, seal
from shared.sessions.session import SESSION_ID_BYTES

KIND = "grant reference"
_FORMAT = struct.Struct(f">{HANDLE_BYTES}s{SESSION_ID_BYTES}s32sQ")


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantReference:
    user_handle: UserHandle
    session_id: bytes
    """Of the person's session, or of the client's own if it has offline access."""
    credential_hash: bytes
    use: int
    """The client's use of the person's session (`ClientUse.number`); 0 for its own session."""


def seal_reference(
    reference: GrantReference, *, expires_at: int, random: bytes, sealing_key: bytes
) -> str:
    packed = _FORMAT.pack(
        reference.user_handle, reference.session_id, reference.credential_hash, reference.use
    )
    return seal(KIND, packed, expires_at=expires_at, random=random, sealing_key=sealing_key)


def open_reference(text: str, *, now: int, sealing_keys: Iterable[bytes]) -> GrantReference:
    """Raise SealInvalid."""
    opened = open_sealed(KIND, text, now=now, sealing_keys=sealing_keys)
    handle, session_id, credential_hash, use = _FORMAT.unpack(opened.content)
    return GrantReference(
        user_handle=UserHandle(handle),
        session_id=session_id,
        credential_hash=credential_hash,
        use=use,
    )
