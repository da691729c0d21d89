"""Verifies the hints of Entra with the keys that it publishes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.errors import TokenInvalid
from shared.fetching.discovery import KeyCache
from shared.fetching.https import Https
from shared.openid.external_mfa.configuration import ExternalMfa
from shared.openid.external_mfa.entra_user import EntraUser
from shared.openid.external_mfa.hint import check_before_keys, verify_hint
from shared.signed_tokens.claims import Untrusted
from shared.signed_tokens.signed_token import read_token


@dataclass(frozen=True, slots=True)
class _Cloud:
    issuer: str
    discovery: str


class EntraHints:
    def __init__(
        self, configuration: ExternalMfa, *, https: Https, clock: Callable[[], datetime]
    ) -> None:
        self._configuration = configuration
        cloud = _Cloud(configuration.hint_issuer, configuration.discovery_address)
        self._keys = KeyCache(cloud, https=https, clock=clock)
        self._clock = clock

    async def verify(self, compact: str) -> EntraUser:
        """Raise TokenInvalid, or ProviderUnavailable if Entra's keys cannot be fetched now."""
        try:
            token = read_token(compact)
            check_before_keys(token, self._configuration)
            keys = await self._keys.keys(token.key_id)
            return verify_hint(token, self._configuration, keys, self._clock())
        except Untrusted as error:
            raise TokenInvalid from error
