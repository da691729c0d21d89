"""Whether a token of a client is good now (RFC 7662). The client itself may ask, and whoever may
ask about every token."""

from shared.openid.clients.client import Client
from shared.openid.tokens.access_token import ClientAccessToken
from shared.openid_provider.tokens.live_grants import LiveGrants


class ClientIntrospection:
    def __init__(self, live_grants: LiveGrants) -> None:
        self._live_grants = live_grants

    async def introspect(self, text: str, *, by: Client | None = None) -> ClientAccessToken | None:
        """Return None if the token is not good, or not for `by` to know about. `by` is None for
        somebody who may ask about every token."""
        token = await self._live_grants.read(text)
        if token is None or (by is not None and token.client_id != by.id):
            return None
        found = await self._live_grants.find(token)
        return None if found is None else found.token
