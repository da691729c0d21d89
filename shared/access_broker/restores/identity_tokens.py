"""Tokens for Azure Resource Manager, for the identities of profiles.

Each is asked for when it is needed and never kept.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from shared import base64url
from shared.access.exchange.assertion import Assertion, sign_assertion, subject_of
from shared.access.exchange.entra_errors import EntraRefused
from shared.access.restores.requests import SCOPE
from shared.access_broker.restores.azure import Acting
from shared.errors import ProviderUnavailable
from shared.keys.current_keys import CurrentKeys

if TYPE_CHECKING:  # it loads libraries
    from shared.entra.entra_tokens import EntraTokens

_SECONDS = 300
_ID_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityTokens:
    entra: "Callable[[], EntraTokens]"
    keys: CurrentKeys
    issuer: str
    clock: Callable[[], datetime]
    random: Callable[[int], bytes]

    async def resource_manager(self, acting: Acting) -> str:
        """Raises ProviderUnavailable, KeysUnavailable."""
        from shared.entra.entra_tokens import Wanted

        identity = acting.identity
        wanted = Wanted(
            tenant=identity.tenant, client_id=identity.client_id, agent=identity.agent, scope=SCOPE
        )
        sign = await self._signer(acting)
        correlation_id = str(UUID(bytes=self.random(_ID_BYTES), version=4))
        try:
            token = await self.entra().obtain(wanted, sign, correlation_id=correlation_id)
        except EntraRefused as refused:
            fault = refused.failure.fault
            raise ProviderUnavailable(f"entra_{fault.name.lower()} ({correlation_id})") from refused
        return token.text

    async def _signer(self, acting: Acting) -> Callable[[int], str]:
        key, now = await self.keys.signing_key(), int(self.clock().timestamp())
        person = base64url.encode(acting.person) if acting.identity.per_person else None
        token_id = base64url.encode(self.random(_ID_BYTES))

        def sign(attempt: int) -> str:
            assertion = Assertion(
                subject=subject_of(acting.profile, person),
                id=token_id if attempt == 0 else f"{token_id}.{attempt}",
                issued_at=now,
                expires_at=now + _SECONDS,
            )
            return sign_assertion(assertion, issuer=self.issuer, key=key)

        return sign
