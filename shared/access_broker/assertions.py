"""The identity of a profile proves itself to Entra by an assertion that this service signs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared import base64url
from shared.access.exchange.assertion import Assertion, sign_assertion, subject_of
from shared.access.profiles.profile import EntraIdentity
from shared.accounts.handles import UserHandle
from shared.keys.current_keys import CurrentKeys

ID_BYTES = 16
_SECONDS = 300
"""The longest life of an assertion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """By which identity of which profile something is asked, and for whom."""

    profile: str
    identity: EntraIdentity
    person: UserHandle


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertions:
    keys: CurrentKeys
    issuer: str
    clock: Callable[[], datetime]

    async def signer(
        self,
        acting: Acting,
        token_id: str,
        *,
        until: int | None = None,
        actor: Mapping[str, Any] | None = None,
    ) -> Callable[[int], str]:
        """What signs the assertion of each attempt: the first is 0, and no two have the same ID.
        None lives on after `until`, in Unix seconds. Raises KeysUnavailable."""
        key, now = await self.keys.signing_key(), int(self.clock().timestamp())
        person = base64url.encode(acting.person) if acting.identity.per_person else None
        longest = now + _SECONDS

        def sign(attempt: int) -> str:
            assertion = Assertion(
                subject=subject_of(acting.profile, person),
                id=token_id if attempt == 0 else f"{token_id}.{attempt}",
                issued_at=now,
                expires_at=longest if until is None else min(longest, until),
                actor=actor,
            )
            return sign_assertion(assertion, issuer=self.issuer, key=key)

        return sign
