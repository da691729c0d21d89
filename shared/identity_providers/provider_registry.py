"""The trusted providers, and the identity and roles that a bearer token of theirs gives."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from shared.errors import TokenInvalid
from shared.fetching.discovery import KeyCache
from shared.fetching.https import Https
from shared.identity_providers.graph.application_token import GraphTokens, SignIn
from shared.identity_providers.graph.directory import GraphGroups
from shared.identity_providers.identity import DirectoryObject, ProviderIdentity, VerifiedToken
from shared.identity_providers.provider import Provider
from shared.identity_providers.token_verification import verify
from shared.signed_tokens.claims import Untrusted
from shared.signed_tokens.signed_token import SignedToken, check_algorithm, read_token

logger = logging.getLogger("touchstone.providers")


class Providers:
    """All trusted providers. `sign_in` is called only for a provider with Graph settings."""

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
        """Whether the token names a trusted issuer. The token is not verified."""
        try:
            return read_token(token).issuer in self._trusted
        except Untrusted:
            return False

    async def identify(self, token: str) -> ProviderIdentity:
        """Verify the token. Raise TokenInvalid, or ProviderUnavailable if it cannot be decided
        now."""
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
    """One trusted provider with its cached keys and groups."""

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
        # Checked before the keys are fetched, so that a hopeless token causes no request.
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
