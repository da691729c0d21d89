"""The protected sites, and which profile decides about a request there."""

from collections.abc import Callable
from datetime import datetime, timedelta

from shared.access.web.journey import client_of, site_of_client
from shared.access.web.rules import Rules, rules_of
from shared.access_broker.profiles.directory import ProfileDirectory
from shared.expiring_cache import ExpiringCache
from shared.openid.clients.client import Client


class Sites:
    def __init__(
        self, directory: ProfileDirectory, *, kept_for: timedelta, clock: Callable[[], datetime]
    ) -> None:
        self._directory = directory
        self._rules = ExpiringCache[None, Rules](size=1, lifetime=kept_for, clock=clock)

    async def rules(self) -> Rules:
        """Raises StorageUnavailable."""
        return await self._rules.get(None, self._load)

    async def _load(self) -> Rules:
        return rules_of(await self._directory.all())

    async def find_client(self, client_id: str) -> Client | None:
        """Each protected site is a client of the provider. Raises StorageUnavailable."""
        site = site_of_client(client_id)
        if site is None or not (await self.rules()).knows(site.host):
            return None
        return client_of(site)
