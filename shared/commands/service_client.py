"""The service as commands of operators call it, from a machine that cannot reach the tables."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Container, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import aiohttp

_TIMEOUT = aiohttp.ClientTimeout(total=120, connect=10)
_PAUSES = (1, 4, 10, 15)
"""Seconds before a request is repeated: together, longer than an instance uses what it read from
the vault before the token was made."""
_OUTAGES = (429, 502, 503, 504)
_UNKNOWN = 401
"""The token is refused: perhaps this instance has not read it yet."""
_HERE = ("localhost", "127.0.0.1")


class ServiceRefused(ValueError):
    """The service's answer is not the one that was asked for."""


class ServiceClient:
    def __init__(
        self,
        url: str,
        session: aiohttp.ClientSession,
        *,
        token: str,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._url = url.rstrip("/")
        self._session = session
        self._token = token
        self._pause = pause

    async def change(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Send a request that may be carried out once: again only if it surely was not. Raise
        ServiceRefused or OSError."""
        return await self._repeat(path, body, again=(_UNKNOWN,), after=())

    async def read(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Send a request that changes nothing, again after an outage too."""
        return await self._repeat(path, body, again=(_UNKNOWN, *_OUTAGES), after=(OSError,))

    async def _repeat(
        self,
        path: str,
        body: Mapping[str, Any],
        *,
        again: Container[int],
        after: tuple[type[OSError], ...],
    ) -> dict[str, Any]:
        for seconds in _PAUSES:
            with suppress(*after):
                status, answer = await self._post(path, body)
                if status not in again:
                    return _read(status, answer)
            await self._pause(seconds)
        return _read(*await self._post(path, body))

    async def _post(self, path: str, body: Mapping[str, Any]) -> tuple[int, bytes]:
        try:
            async with self._session.post(
                self._url + path,
                json=body,
                headers={"Authorization": f"Bearer {self._token}"},
                allow_redirects=False,  # or the token would follow
            ) as response:
                return response.status, await response.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise OSError("the service does not answer") from error


@asynccontextmanager
async def calling(url: str, *, token: str) -> AsyncIterator[ServiceClient]:
    """Raise ValueError for an address that would show the token to the network."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _HERE):
        raise ValueError(f"{url} is not an https address")
    async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
        yield ServiceClient(url, session, token=token)


def _read(status: int, answer: bytes) -> dict[str, Any]:
    try:
        body = json.loads(answer)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise ServiceRefused(f"status {status}, and no JSON: is this the service's address?")
    if status not in (200, 201):
        raise ServiceRefused(f"{body.get('title', status)}. {body.get('detail', '')}")
    return body
