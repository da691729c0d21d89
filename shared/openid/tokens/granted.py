"""What a client was granted, whether by a code or by a refresh token."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.accounts.handles import UserHandle
from shared.openid.tokens.sign_in import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    user_handle: UserHandle
    session_id: bytes
    """The session that the client knows by its `sid`."""
    rests_on: bytes
    """The session without which the tokens count no more: the same one, or the client's own."""
    until: datetime
    """The end of that session. No access token lives on after it."""
    use: int
    """The client's use of that session (`ClientUse.number`); 0 for its own."""
    credential_hash: bytes
    signed_in_at: datetime
    user_verified: bool
    person: Person
    scope: tuple[str, ...]
    resources: tuple[str, ...]
    """Those that the client named."""
    nonce: str | None = None
    authorization_details: tuple[Mapping[str, Any], ...] = ()
