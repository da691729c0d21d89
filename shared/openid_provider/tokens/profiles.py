"""What a client learns about a person with an access token (OpenID Connect Core section 5.3)."""

from typing import Any

from shared.errors import NotPermitted, TokenInvalid
from shared.openid.clients.client import Client
from shared.openid.resources import userinfo_audience
from shared.openid.scopes import OPENID
from shared.openid.tokens.sign_in import Person
from shared.openid_provider.tokens.live_grants import LiveGrants
from shared.sessions.token_settings import TokenSettings


class Profiles:
    def __init__(self, *, live_grants: LiveGrants, settings: TokenSettings) -> None:
        self._live_grants = live_grants
        self._audience = userinfo_audience(settings.issuer)

    async def client_of(self, text: str) -> Client | None:
        """The client that was given this token, over or not. Raises TooManyRequests."""
        return await self._live_grants.client_of(text, audience=self._audience)

    async def find(self, text: str, *, thumbprint: str | None) -> dict[str, Any]:
        """`thumbprint` is that of the key that the request was proven with. A token that is bound
        to a key counts with a proof of this key alone, and another token with none.

        Raises TokenInvalid; NotPermitted without the scope `openid`.
        """
        token = await self._live_grants.read(text, audience=self._audience)
        if token is None or token.thumbprint != thumbprint:
            raise TokenInvalid
        if OPENID not in token.scope:
            raise NotPermitted
        found = await self._live_grants.find(token)
        if found is None:
            raise TokenInvalid
        record = found.standing.record
        person = Person(
            username=record.username,
            display_name=record.display_name,
            groups=tuple(sorted(found.standing.groups)),
        )
        return {"sub": token.sign_in.subject} | person.claims(token.scope)
