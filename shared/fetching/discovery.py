"""The keys of an issuer of tokens, found by OpenID Connect Discovery and cached."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from shared.errors import ProviderUnavailable
from shared.fetching.https import Https
from shared.signed_tokens.key_set import KeySet, parse_keys

logger = logging.getLogger("touchstone.providers")

REFRESH_AFTER = timedelta(hours=1)
KEEP_FOR = timedelta(hours=24)
"""A key that the issuer withdrew is trusted no longer than this, even if the issuer is down."""
BETWEEN_SEARCHES = timedelta(minutes=1)
"""Anyone can send tokens with invented key IDs. This limits how often they cause a request."""
BETWEEN_ATTEMPTS = timedelta(seconds=5)
"""The least time between attempts while there are no keys at all."""

_NEVER = datetime.min.replace(tzinfo=UTC)


class Issuer(Protocol):
    @property
    def issuer(self) -> str: ...
    @property
    def discovery(self) -> str:
        """The address of the discovery document."""


class KeyCache:
    """Concurrent callers share one refresh. If it fails, the known keys stay in use."""

    def __init__(self, issuer: Issuer, *, https: Https, clock: Callable[[], datetime]) -> None:
        self._issuer = issuer
        self._https = https
        self._clock = clock
        self._keys: KeySet = {}
        self._loaded_at = self._attempted_at = self._searched_at = _NEVER
        self._failure: ProviderUnavailable | None = None
        self._refreshing: asyncio.Task[None] | None = None

    async def keys(self, key_id: str) -> KeySet:
        """Return the issuer's keys. Fetch them again if `key_id` is not among them.

        Raise ProviderUnavailable if no keys are known, or if `key_id` may be a new key but the
        issuer cannot be asked.
        """
        age = self._clock() - self._loaded_at
        if age >= KEEP_FOR:
            await self._load()
        elif key_id not in self._keys:
            await self._search(key_id)
        elif age >= REFRESH_AFTER and self._last_attempt(BETWEEN_SEARCHES):
            self._start()  # in the background
        return self._keys

    async def settle(self) -> None:
        """Wait for a refresh in progress. For callers that close the event loop afterwards."""
        if self._refreshing is not None:
            await self._refresh()

    async def _load(self) -> None:
        if self._refreshing is not None or self._last_attempt(BETWEEN_ATTEMPTS):
            await self._refresh()
        if self._clock() - self._loaded_at >= KEEP_FOR:
            raise ProviderUnavailable("no keys") from self._failure

    async def _search(self, key_id: str) -> None:
        if self._refreshing is not None:
            await self._refresh()
        elif self._clock() - self._searched_at >= BETWEEN_SEARCHES:
            self._searched_at = self._clock()
            await self._refresh()
        if key_id not in self._keys and self._failure is not None:
            raise ProviderUnavailable("the key may be new") from self._failure

    def _last_attempt(self, at_least: timedelta) -> bool:
        return self._clock() - self._attempted_at >= at_least

    async def _refresh(self) -> None:
        # Shielded, since other callers wait for the same refresh if this one gives up.
        await asyncio.shield(self._start())

    def _start(self) -> asyncio.Task[None]:
        if self._refreshing is None:
            self._attempted_at = self._clock()
            self._refreshing = asyncio.create_task(self._fetch())
        return self._refreshing

    async def _fetch(self) -> None:
        try:
            self._keys = await fetch_keys(self._issuer, self._https)
            self._loaded_at = self._clock()
            self._failure = None
        except ProviderUnavailable as error:
            self._failure = error
            logger.warning("no keys from %s: %s", self._issuer.issuer, error)
        finally:
            self._refreshing = None


async def fetch_keys(issuer: Issuer, https: Https) -> KeySet:
    """Fetch the keys. Raise ProviderUnavailable, also for documents that are not as they should
    be."""
    document = (await https.get(issuer.discovery)).json()
    if document.get("issuer") != issuer.issuer:
        raise ProviderUnavailable("the discovery document is another issuer's")
    address = document.get("jwks_uri")
    if not isinstance(address, str):
        raise ProviderUnavailable("the discovery document names no keys")
    try:
        return parse_keys((await https.get(address)).json())
    except ValueError as error:
        raise ProviderUnavailable("the keys cannot be used") from error
