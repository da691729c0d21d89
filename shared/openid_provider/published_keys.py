"""Keys that clients and their platforms publish. All methods raise ProviderUnavailable."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from shared.errors import ProviderUnavailable
from shared.expiring_cache import ExpiringCache
from shared.fetching import http_caching
from shared.fetching.discovery import KeyCache
from shared.fetching.https import Https
from shared.fetching.public_https import PublicHttps
from shared.openid.client_authentication.client_keys import is_known, parse_client_keys
from shared.openid_provider.fetch_limit import Spend
from shared.signed_tokens.key_set import KeySet

_MOST_SETS = 1000
BETWEEN_SEARCHES = timedelta(minutes=1)
"""Anybody can send assertions with invented key IDs. This limits how often they cause a request."""
_WELL_KNOWN = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class _Kept:
    keys: KeySet
    lifetime: timedelta


class ClientKeys:
    """Key sets at addresses that clients or administrators gave, so at public addresses only."""

    def __init__(self, https: PublicHttps, *, clock: Callable[[], datetime]) -> None:
        self._https = https
        self._clock = clock
        self._kept = ExpiringCache[str, _Kept](
            size=_MOST_SETS, lifetime=lambda kept: kept.lifetime, clock=clock
        )

    async def find(self, uri: str, key_id: str, *, spend: Spend) -> KeySet:
        """The set, read again if the key is not in it and that was not tried a moment ago."""
        load = partial(self._load, uri)
        if not self._kept.knows(uri):
            await spend()
        kept = await self._kept.get(uri, load)
        earliest = self._clock() - BETWEEN_SEARCHES
        if is_known(key_id, kept.keys) or self._kept.knows(uri, read_since=earliest):
            return kept.keys
        await spend()
        return (await self._kept.get(uri, load, read_since=earliest)).keys

    async def _load(self, uri: str) -> _Kept:
        answer = await self._https.get(uri)
        try:
            keys = parse_client_keys(answer.json())
        except ValueError as error:
            raise ProviderUnavailable("the keys cannot be used") from error
        return _Kept(keys, http_caching.lifetime(answer.headers))


@dataclass(frozen=True, slots=True)
class _Platform:
    issuer: str

    @property
    def discovery(self) -> str:
        return self.issuer.rstrip("/") + _WELL_KNOWN


class PlatformKeys:
    """Keys of platforms that administrators named. They may be in a private network."""

    def __init__(self, https: Https, *, clock: Callable[[], datetime]) -> None:
        self._https = https
        self._clock = clock
        self._caches: dict[str, KeyCache] = {}

    async def find(self, issuer: str, key_id: str) -> KeySet:
        """`issuer` is that of a registered client, of which there are few."""
        if issuer not in self._caches:
            platform = _Platform(issuer)
            self._caches[issuer] = KeyCache(platform, https=self._https, clock=self._clock)
        return await self._caches[issuer].keys(key_id)
