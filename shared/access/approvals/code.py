"""The code of an approval: what its asker exchanges for a token, once.

It is sealed, so a made-up one costs no storage call. It names the approval and the session that
asked, and with it the key of the client, if there is one. That it counts once is the state of the
approval (`shared.storage.access.approvals`).
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared import base64url
from shared.accounts.handles import UserHandle
from shared.sealed import open_sealed, seal

KIND = "approval code"
LONGEST_LIFE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalCode:
    approval: str
    asker: UserHandle
    session: bytes | None
    """The session that asked; None if the asker has none."""
    thumbprint: str | None = None
    """Of the client's key, if the asker's token is bound to one."""


def seal_approval_code(
    code: ApprovalCode, *, expires_at: datetime, random: bytes, sealing_key: bytes
) -> str:
    session = None if code.session is None else base64url.encode(code.session)
    members = [code.approval, base64url.encode(code.asker), session, code.thumbprint]
    return seal(
        KIND,
        json.dumps(members).encode(),
        expires_at=int(expires_at.timestamp()),
        random=random,
        sealing_key=sealing_key,
    )


def open_approval_code(text: str, *, now: datetime, sealing_keys: Iterable[bytes]) -> ApprovalCode:
    """Raise SealInvalid if it is none of ours, or has expired."""
    opened = open_sealed(KIND, text, now=int(now.timestamp()), sealing_keys=sealing_keys)
    approval, asker, session, thumbprint = json.loads(opened.content)
    return ApprovalCode(
        approval=approval,
        asker=UserHandle(base64url.decode(asker)),
        session=None if session is None else base64url.decode(session),
        thumbprint=thumbprint,
    )
