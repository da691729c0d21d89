"""Clients whose ID is the address of a document about them, which this service fetches.

The draft forbids to keep errors and malformed documents, so what limits the requests that a
stranger may cause is counted (`shared.openid_provider.fetch_limit`). Documents are kept as long as
HTTP says, within bounds, and at most so many: those that nobody uses leave first.
"""

import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from shared.errors import ProviderUnavailable
from shared.expiring_cache import ExpiringCache
from shared.fetching import http_caching
from shared.fetching.https import Answer
from shared.fetching.public_https import PublicHttps
from shared.openid.client_metadata.address import DocumentAddress, is_permitted, read_address
from shared.openid.client_metadata.document import DocumentRefused, Permissions, read_document
from shared.openid.clients.client import Client
from shared.openid_provider.fetch_limit import spend_of
from shared.rate_limits.limiter import RateLimiter
from shared.sessions.token_settings import comparable

logger = logging.getLogger("touchstone.clients")

_MOST_DOCUMENTS = 500


@dataclass(frozen=True, slots=True)
class _Kept:
    client: Client
    lifetime: timedelta


class MetadataClients:
    def __init__(
        self,
        *,
        places: Collection[str],
        permissions: Permissions,
        resources: Callable[[], Awaitable[frozenset[str]]],
        https: PublicHttps,
        limiter: RateLimiter,
        clock: Callable[[], datetime],
    ) -> None:
        """`places` are the hosts whose documents are accepted, and `resources` what registered
        clients may ask tokens for."""
        self._places = places
        self._permissions = permissions
        self._resources = resources
        self._https = https
        self._limiter = limiter
        self._kept = ExpiringCache[str, _Kept](
            size=_MOST_DOCUMENTS, lifetime=lambda kept: kept.lifetime, clock=clock
        )

    async def find(self, client_id: str, *, address: str | None) -> Client | None:
        """`address` is the address of the sender, whom a request to others is counted for.

        Return None if there is no such document, or if it cannot be had or used. Raises
        TooManyRequests, StorageUnavailable.
        """
        document = read_address(client_id)
        if document is None or not is_permitted(document, self._places):
            return None
        if await self._is_resource(client_id):
            logger.info("no client from a document at %s: it is a resource", document.place)
            return None
        if not self._kept.knows(client_id):
            await spend_of(self._limiter, address)()
        try:
            return (await self._kept.get(client_id, partial(self._load, document))).client
        except (ProviderUnavailable, DocumentRefused) as error:
            logger.info("no client from a document at %s: %s", document.place, error)
            return None

    async def _is_resource(self, client_id: str) -> bool:
        """The audience of an ID token is its client, and many APIs look at the audience alone."""
        taken = (*self._permissions.resources, *await self._resources())
        return comparable(client_id) in map(comparable, taken)

    async def _load(self, address: DocumentAddress) -> _Kept:
        answer = await self._https.get(address.text)
        _require_json(answer)
        client = read_document(address, answer.json(), self._permissions)
        return _Kept(client, http_caching.lifetime(answer.headers))


def _require_json(answer: Answer) -> None:
    """What others may upload to a host, such as a text or a picture, is not its owner's word."""
    media_type = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    kind, _, subtype = media_type.partition("/")
    if kind != "application" or not (subtype == "json" or subtype.endswith("+json")):
        raise ProviderUnavailable("the answer is not of a JSON type")
