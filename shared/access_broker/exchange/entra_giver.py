"""Entra is asked for the token that a person may have, once what is given for it is used up.

If the process stops before Entra has answered, the log has the attempt.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from shared import base64url
from shared.access.exchange.entra_errors import EntraRefused
from shared.access.profiles.profile import EntraAccess
from shared.access_broker.assertions import ID_BYTES, Acting, Assertions
from shared.access_broker.exchange.answers import refusal_of, traced
from shared.access_broker.exchange.giving import Exchanged, Granted, UseUp
from shared.entra.entra_tokens import EntraToken, EntraTokens, Wanted
from shared.errors.exchange import ExchangeRefused
from shared.recording.attempt import Attempt

_BUSY = 2
"""Seconds until there may be room again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntraGiver:
    entra: Callable[[], EntraTokens]
    assertions: Assertions
    random: Callable[[int], bytes]

    def scope_of(self, access: EntraAccess) -> str:
        return access.scope

    async def give(
        self, access: EntraAccess, granted: Granted, attempt: Attempt, use_up: UseUp
    ) -> Exchanged:
        """The ID of the result is that with which the assertion's `jti` begins."""
        token_id = base64url.encode(self.random(ID_BYTES))
        correlation_id = str(UUID(bytes=self.random(ID_BYTES), version=4))
        # Before anything is used up: without a key or room Entra would not be asked.
        if not self.entra().has_room:
            text = "Too many wait for Entra. Nothing was used up: send the same again."
            raise ExchangeRefused("temporarily_unavailable", text, retry_after=_BUSY)
        sign = await self._signer(access, granted, token_id)
        attempt.add_details(token=token_id, facts={"correlation": correlation_id})
        await use_up()
        token = await self._obtain(access, sign, attempt, correlation_id)
        await attempt.succeed(facts=traced(token.trace_id))
        return Exchanged(
            token=token.text, expires_in=token.expires_in, id=token_id, scope=access.scope
        )

    async def _signer(
        self, access: EntraAccess, granted: Granted, token_id: str
    ) -> Callable[[int], str]:
        acting = Acting(
            profile=granted.profile.name,
            identity=access.identity,
            person=granted.person.handle,
        )
        return await self.assertions.signer(
            acting, token_id, until=granted.expires_at, actor=granted.actor
        )

    async def _obtain(
        self,
        access: EntraAccess,
        sign: Callable[[int], str],
        attempt: Attempt,
        correlation_id: str,
    ) -> EntraToken:
        identity = access.identity
        wanted = Wanted(
            tenant=identity.tenant,
            client_id=identity.client_id,
            agent=identity.agent,
            scope=access.scope,
        )
        try:
            return await self.entra().obtain(wanted, sign, correlation_id=correlation_id)
        except EntraRefused as refused:
            refusal = refusal_of(refused.failure, correlation_id)
            attempt.add_details(reason=refusal.reason, facts=refusal.facts)
            raise refusal.error from refused
