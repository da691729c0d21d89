"""The door: who is it that sends a bearer token?"""

from typing import Protocol

from shared.errors import TokenInvalid
from shared.providers.identity import ProviderIdentity
from shared.relying_party.principals import AccountHolder, Principal
from shared.relying_party.resources import Resources
from shared.tokens.access_token import AccessToken, verify_token


class IdentityProviders(Protocol):
    """Those whose tokens count here besides our own."""

    def know(self, token: str) -> bool:
        """Whether the token names one of them; that alone says nothing of its worth."""

    async def identify(self, token: str) -> ProviderIdentity:
        """Raises TokenInvalid, or ProviderUnavailable while it cannot be decided."""


class NoProviders:
    def know(self, token: str) -> bool:  # noqa: ARG002
        return False

    async def identify(self, token: str) -> ProviderIdentity:  # noqa: ARG002
        raise TokenInvalid


class Entry:
    def __init__(self, resources: Resources, providers: IdentityProviders) -> None:
        self._resources = resources
        self._providers = providers

    async def identify(self, token: str) -> Principal:
        """Raises TokenInvalid for a token that nobody vouches for."""
        if self._providers.know(token):
            return await self._providers.identify(token)
        return AccountHolder(await self.read_own(token))

    async def read_own(self, token: str) -> AccessToken:
        """One of our own access tokens. Raises TokenInvalid."""
        return verify_token(
            token,
            keys=await self._resources.published_keys(),
            settings=self._resources.settings.tokens,
            now=self._resources.clock(),
        )
