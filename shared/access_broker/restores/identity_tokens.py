"""Tokens for Azure Resource Manager, for the identities of profiles.

Each is asked for when it is needed and never kept.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from shared import base64url
from shared.access.exchange.entra_errors import EntraRefused
from shared.access.restores.requests import SCOPE
from shared.access_broker.assertions import ID_BYTES, Acting, Assertions
from shared.errors import ProviderUnavailable

if TYPE_CHECKING:  # it loads libraries
    from shared.entra.entra_tokens import EntraTokens


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityTokens:
    entra: "Callable[[], EntraTokens]"
    assertions: Assertions
    random: Callable[[int], bytes]

    async def resource_manager(self, acting: Acting) -> str:
        """Raises ProviderUnavailable, KeysUnavailable."""
        from shared.entra.entra_tokens import Wanted

        identity = acting.identity
        wanted = Wanted(
            tenant=identity.tenant, client_id=identity.client_id, agent=identity.agent, scope=SCOPE
        )
        token_id = base64url.encode(self.random(ID_BYTES))
        sign = await self.assertions.signer(acting, token_id)
        correlation_id = str(UUID(bytes=self.random(ID_BYTES), version=4))
        try:
            token = await self.entra().obtain(wanted, sign, correlation_id=correlation_id)
        except EntraRefused as refused:
            fault = refused.failure.fault
            raise ProviderUnavailable(f"entra_{fault.name.lower()} ({correlation_id})") from refused
        return token.text
