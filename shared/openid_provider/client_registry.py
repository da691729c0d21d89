"""Where stories find the clients of the provider."""

from typing import Protocol

from shared.errors import RedirectUnverified
from shared.openid.clients.client import Client


class ClientFinder(Protocol):
    async def find(self, client_id: str, *, address: str | None) -> Client | None:
        """`address` is that of the sender. Raises TooManyRequests, StorageUnavailable."""


async def find_or_refuse(clients: ClientFinder, client_id: str, *, address: str | None) -> Client:
    """Raises RedirectUnverified: without a client no redirect URI is known."""
    client = await clients.find(client_id, address=address)
    if client is None:
        raise RedirectUnverified("invalid_client", "No client with this client_id is registered.")
    return client
