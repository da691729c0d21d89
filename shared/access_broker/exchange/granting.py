"""Entra is asked for the token that a person may have, once what is given for it is used up.

That is one transaction with its notice or its event, and comes first. So of two requests exactly
one gets anything, and if the process stops before Entra has answered, the log has the attempt.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shared import base64url
from shared.access.exchange.assertion import Assertion, sign_assertion, subject_of
from shared.access.exchange.entra_errors import EntraRefused
from shared.access.profiles.profile import EntraAccess, Profile
from shared.access_broker.exchange.answers import refusal_of, traced
from shared.accounts.handles import UserHandle
from shared.entra.entra_tokens import EntraToken, EntraTokens, Wanted
from shared.errors.exchange import ExchangeRefused
from shared.keys.current_keys import CurrentKeys
from shared.recording.attempt import Attempt

_ID_BYTES = 16
_SECONDS = 300
"""The longest life of an assertion."""
_BUSY = 2
"""Seconds until there may be room again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """What a person may have."""

    profile: Profile
    access: EntraAccess
    handle: UserHandle
    expires_at: int
    """The latest end of the assertion."""
    actor: Mapping[str, Any] | None = None
    """The `act` of the assertion."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)  # a repr would show the token
class Exchanged:
    token: EntraToken
    id: str
    """With which the assertion's `jti` begins, and that of the event."""
    scope: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Granting:
    entra: Callable[[], EntraTokens]
    keys: CurrentKeys
    issuer: str
    clock: Callable[[], datetime]
    random: Callable[[int], bytes]

    async def grant(
        self, granted: Granted, attempt: Attempt, use_up: Callable[[], Awaitable[None]]
    ) -> Exchanged:
        """`use_up` announces the attempt. Raises its errors, and ExchangeRefused."""
        token_id = base64url.encode(self.random(_ID_BYTES))
        correlation_id = str(UUID(bytes=self.random(_ID_BYTES), version=4))
        # Before anything is used up: without a key or room Entra would not be asked.
        if not self.entra().has_room:
            text = "Too many wait for Entra. Nothing was used up: send the same again."
            raise ExchangeRefused("temporarily_unavailable", text, retry_after=_BUSY)
        sign = await self._signer(granted, token_id)
        attempt.add_details(token=token_id, facts={"correlation": correlation_id})
        await use_up()
        identity = granted.access.identity
        wanted = Wanted(
            tenant=identity.tenant,
            client_id=identity.client_id,
            agent=identity.agent,
            scope=granted.access.scope,
        )
        try:
            token = await self.entra().obtain(wanted, sign, correlation_id=correlation_id)
        except EntraRefused as refused:
            refusal = refusal_of(refused.failure, correlation_id)
            attempt.add_details(reason=refusal.reason, facts=refusal.facts)
            raise refusal.error from refused
        await attempt.succeed(facts=traced(token.trace_id))
        return Exchanged(token=token, id=token_id, scope=granted.access.scope)

    async def _signer(self, granted: Granted, token_id: str) -> Callable[[int], str]:
        key, now = await self.keys.signing_key(), int(self.clock().timestamp())
        per_person = granted.access.identity.per_person
        person = base64url.encode(granted.handle) if per_person else None

        def sign(attempt: int) -> str:
            assertion = Assertion(
                subject=subject_of(granted.profile.name, person),
                id=token_id if attempt == 0 else f"{token_id}.{attempt}",
                issued_at=now,
                expires_at=min(now + _SECONDS, granted.expires_at),
                actor=granted.actor,
            )
            return sign_assertion(assertion, issuer=self.issuer, key=key)

        return sign
