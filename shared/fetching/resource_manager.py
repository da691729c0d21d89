"""Requests to Azure Resource Manager, each sent once.

By HTTPS and not by the SDK of Azure Backup: its poller gives neither the ID of the job
(Azure/azure-sdk-for-python#37664) nor the address of the operation before the first poll, and its
policy of retries may send a POST again. A restore has to happen once.

The token goes to the host of Resource Manager alone, even if an answer names another one.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from shared.errors import ProviderUnavailable
from shared.fetching.https import Answer, Https

RESOURCE_MANAGER = "https://management.azure.com"
LONGEST_ANSWER = 4 * 1024 * 1024
"""A page of a list has some hundred entries."""
SECONDS = 15
"""Less than a run of the timer has left when its last batch begins."""
LONGEST_ADDRESS = 6_144
"""Addresses of operations have a signature and its certificate, of 4,000 characters."""
_is_address = re.compile(r"[!-~]+").fullmatch


class ResourceManager:
    def __init__(self, https: Callable[[], Https], *, url: str = RESOURCE_MANAGER) -> None:
        """`https` is called when something is to be sent, as it loads libraries. `url` has no
        slash at its end."""
        self._https = https
        self._url = url

    async def send(
        self,
        path: str,
        *,
        token: str,
        query: Mapping[str, str],
        api_version: str,
        body: Mapping[str, Any] | None = None,
        request_id: str | None = None,
        auxiliary: str | None = None,
    ) -> Answer:
        """GET, or POST the body. `path` has quoted what has to be. `auxiliary` is a token for a
        Resource Guard. Raises NotSent, ProviderUnavailable."""
        asked = urlencode({**query, "api-version": api_version}, quote_via=quote)
        return await self._https().send(
            "GET" if body is None else "POST",
            f"{self._url}{path}?{asked}",
            headers=_headers(token, request_id=request_id, auxiliary=auxiliary),
            json=body,
            verbatim=True,
        )

    async def follow(self, address: str, *, token: str) -> Answer:
        """GET an address that Resource Manager gave. Raises ProviderUnavailable."""
        if not self.is_ours(address):
            raise ProviderUnavailable("the address of an operation is on another host")
        return await self._https().send("GET", address, headers=_headers(token), verbatim=True)

    def is_ours(self, address: str) -> bool:
        """Whether it is on the host of Resource Manager."""
        if len(address) > LONGEST_ADDRESS or not _is_address(address) or "\\" in address:
            return False
        try:
            parts = urlsplit(address)
        except ValueError:
            return False
        return f"{parts.scheme}://{parts.netloc}".lower() == self._url and not parts.fragment


def _headers(
    token: str, *, request_id: str | None = None, auxiliary: str | None = None
) -> Mapping[str, str]:
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    if request_id is not None:
        headers["x-ms-client-request-id"] = request_id
    if auxiliary is not None:
        headers["x-ms-authorization-auxiliary"] = f"Bearer {auxiliary}"
    return headers
