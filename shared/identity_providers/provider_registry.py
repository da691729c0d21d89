"""The door: a bearer token goes in, an identity with all its rights comes out."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from shared.errors import TokenInvalid
from shared.identity_providers.claims import Untrusted
from shared.identity_providers.discovery import KeyCache
from shared.identity_providers.graph.application_token import GraphTokens, SignIn
from shared.identity_providers.graph.directory import GraphGroups
from shared.identity_providers.https import Https
from shared.identity_providers.identity import DirectoryObject, ProviderIdentity, VerifiedToken
from shared.identity_providers.provider import Provider
from shared.identity_providers.signed_token import SignedToken, check_algorithm, read_token
from shared.identity_providers.token_verification import verify

logger = logging.getLogger("touchstone.providers")


class Providers:
    """All that are trusted. `sign_in` is called where a provider has Graph to ask."""

    def __init__(
        self,
        providers: Sequence[Provider],
        *,
        https: Https,
        sign_in: SignIn,
        clock: Callable[[], datetime],
    ) -> None:
        self._clock = clock
        self._trusted: dict[str, _Trusted] = {}
        for provider in providers:
            trusted = _Trusted(provider, https=https, sign_in=sign_in, clock=clock)
            self._trusted |= dict.fromkeys(provider.issuers(), trusted)

    def know(self, token: str) -> bool:
        """Whether it names one of their issuers; that alone says nothing of its worth."""
        try:
            return read_token(token).issuer in self._trusted
        except Untrusted:
            return False

    async def identify(self, token: str) -> ProviderIdentity:
        """Raises TokenInvalid, or ProviderUnavailable while it cannot be decided."""
        try:
            return await self._identify(read_token(token))
        except (Untrusted, TokenInvalid) as error:
            reason = error if isinstance(error, Untrusted) else error.__cause__
            logger.info("refused a provider's token: %s", reason)
            raise TokenInvalid from reason

    async def _identify(self, token: SignedToken) -> ProviderIdentity:
        trusted = self._trusted.get(token.issuer)
        if trusted is None:
            raise Untrusted("the issuer is not trusted")
        return await trusted.identify(token, now=self._clock())


class _Trusted:
    """One provider with what is known of it."""

    def __init__(
        self,
        provider: Provider,
        *,
        https: Https,
        sign_in: SignIn,
        clock: Callable[[], datetime],
    ) -> None:
        self._provider = provider
        self._keys = KeyCache(provider, https=https, clock=clock)
        self._graph = (
            None
            if provider.graph is None
            else GraphGroups(
                provider.graph,
                groups=provider.mapped_groups,
                https=https,
                tokens=GraphTokens(provider.graph, https=https, sign_in=sign_in, clock=clock),
                clock=clock,
            )
        )

    async def identify(self, token: SignedToken, *, now: datetime) -> ProviderIdentity:
        # Before the keys, so that a token that could never be good makes nobody ask for them.
        check_algorithm(token, self._provider.algorithms)
        keys = await self._keys.keys(token.key_id)
        verified = verify(token, self._provider, keys, now)
        return verified.identity(groups=await self._groups(verified))

    async def _groups(self, verified: VerifiedToken) -> frozenset[str]:
        if not isinstance(verified.groups, DirectoryObject):
            return verified.groups
        if self._graph is None:
            raise Untrusted("groups are left out, and there is no Graph to ask")
        return await self._graph.memberships(verified.groups)
