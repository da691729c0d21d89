"""The client of a request, by its ID.

A client that is known is kept for a minute in each process, so a change counts a minute later at
the latest. Strangers may send any ID. One that no client has is never kept, and it costs storage
nothing but one list of IDs in five seconds. They may send any address for people who signed out,
too: that costs one list of addresses in a minute. So does an ID that is the address of a document.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from shared.expiring_cache import ExpiringCache
from shared.openid.clients.client import Client
from shared.openid.clients.documents import ID
from shared.storage.openid.clients import MOST_CLIENTS, ClientStore

_LIFETIME = timedelta(seconds=60)
_LIFETIME_OF_IDS = timedelta(seconds=5)


class _Unknown(Exception):
    """Raised, since the cache keeps what is returned."""


class RegisteredClients:
    def __init__(
        self,
        store: ClientStore,
        *,
        from_settings: Sequence[Client],
        longest_token: timedelta,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._from_settings: Mapping[str, Client] = {each.id: each for each in from_settings}
        self._longest_token = longest_token
        self._known = ExpiringCache[str, Client](size=MOST_CLIENTS, lifetime=_LIFETIME, clock=clock)
        self._ids = ExpiringCache[None, frozenset[str]](
            size=1, lifetime=_LIFETIME_OF_IDS, clock=clock
        )
        self._left_to = ExpiringCache[None, Mapping[str, frozenset[str]]](
            size=1, lifetime=_LIFETIME, clock=clock
        )

        self._resources = ExpiringCache[None, frozenset[str]](
            size=1, lifetime=_LIFETIME, clock=clock
        )

    async def find(self, client_id: str) -> Client | None:
        """Raises StorageUnavailable."""
        if client_id in self._from_settings:
            return self._from_settings[client_id]
        if not ID.fullmatch(client_id):
            return None
        try:
            return await self._known.get(client_id, lambda: self._load(client_id))
        except _Unknown:
            return None

    async def with_post_logout_uri(self, uri: str) -> list[Client]:
        """All that people may be sent back to at this address. Raises StorageUnavailable."""
        by_uri = await self._left_to.get(None, self._store.post_logout_uris)
        stored = [await self.find(client_id) for client_id in sorted(by_uri.get(uri, ()))]
        # An ID that has come to the settings since is theirs.
        known = [each for each in stored if each is not None and not each.from_settings]
        all_of_them = [*self._from_settings.values(), *known]
        return [each for each in all_of_them if uri in each.post_logout_redirect_uris]

    async def resources(self) -> frozenset[str]:
        """All that these clients may ask tokens for. Raises StorageUnavailable."""
        stored = await self._resources.get(None, self._store.resources)
        return stored.union(*(each.resources for each in self._from_settings.values()))

    async def _load(self, client_id: str) -> Client:
        if client_id not in await self._ids.get(None, self._store.ids):
            raise _Unknown
        stored = await self._store.find(client_id)
        if stored is None:
            raise _Unknown
        return self._within_settings(stored.client)

    def _within_settings(self, client: Client) -> Client:
        """The setting may have become shorter since the client was written."""
        if client.token_lifetime is None:
            return client
        return replace(client, token_lifetime=min(client.token_lifetime, self._longest_token))
