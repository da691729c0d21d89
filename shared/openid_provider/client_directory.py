"""All clients, by their IDs: registered ones, and those that a document describes."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Protocol

from shared.openid.clients.client import DOCUMENT_ID, SITE_ID, Client
from shared.openid.clients.own_names import OwnNames

if TYPE_CHECKING:
    from shared.openid_provider.metadata_clients import MetadataClients


class Registry(Protocol):
    async def find(self, client_id: str) -> Client | None:
        """Raises StorageUnavailable."""

    async def resources(self) -> frozenset[str]:
        """Raises StorageUnavailable."""


class ClientDirectory:
    def __init__(
        self,
        registry: Registry,
        documented: "Callable[[], MetadataClients] | None",
        *,
        of_site: "Callable[[str], Awaitable[Client | None]] | None",
        own: OwnNames,
    ) -> None:
        """`documented` is called at the first ID that is an address, as it loads libraries. It is
        None if such clients are not accepted. `of_site` finds the client that a protected web page
        is, None if there are no such pages."""
        self._registry = registry
        self._of_site = of_site
        self._documented = documented
        self._own = own

    async def find(self, client_id: str, *, address: str | None) -> Client | None:
        """`address` is that of the sender. Raises TooManyRequests, StorageUnavailable."""
        if self._own.has(client_id):  # written before the setting changed, or by another hand
            return None
        if client_id.startswith(SITE_ID):
            return None if self._of_site is None else await self._of_site(client_id)
        if not client_id.startswith(DOCUMENT_ID):
            return await self._registry.find(client_id)
        if self._documented is None:
            return None
        return await self._documented().find(client_id, address=address)
