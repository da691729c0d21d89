"""Entra is asked for the token that a person may have, once what is given for it is used up.

That is one transaction with its notice or its event, and comes first. So of two requests exactly
one gets anything, and if the process stops before Entra has answered, the log has the attempt.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared import base64url
from shared.access.exchange.entra_errors import EntraRefused
from shared.access.profiles.profile import EntraAccess, Profile
from shared.access_broker.assertions import ID_BYTES, Acting, Assertions
from shared.access_broker.exchange.answers import refusal_of, traced
from shared.accounts.handles import UserHandle
from shared.entra.entra_tokens import EntraToken, EntraTokens, Wanted
from shared.errors.exchange import ExchangeRefused
from shared.recording.attempt import Attempt

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
    assertions: Assertions
    random: Callable[[int], bytes]

    async def grant(
        self, granted: Granted, attempt: Attempt, use_up: Callable[[], Awaitable[None]]
    ) -> Exchanged:
        """`use_up` announces the attempt. Raises its errors, and ExchangeRefused."""
        token_id = base64url.encode(self.random(ID_BYTES))
        correlation_id = str(UUID(bytes=self.random(ID_BYTES), version=4))
        # Before anything is used up: without a key or room Entra would not be asked.
        if not self.entra().has_room:
            text = "Too many wait for Entra. Nothing was used up: send the same again."
            raise ExchangeRefused("temporarily_unavailable", text, retry_after=_BUSY)
        acting = Acting(
            profile=granted.profile.name,
            identity=granted.access.identity,
            person=granted.handle,
        )
        sign = await self.assertions.signer(
            acting, token_id, until=granted.expires_at, actor=granted.actor
        )
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
