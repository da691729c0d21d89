"""Requests to hosts that the settings name, such as issuers of tokens: over TLS only, without
redirects, of limited size and time.

Such requests are rare, as everything is cached. So each has its own connection, which is closed
afterwards.
"""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from shared.errors import ProviderUnavailable
from shared.json_shape import parse_object

_LONGEST_BODY = 256 * 1024


class NotSent(ProviderUnavailable):
    """There was no connection, so nobody has read the request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        """Raise ProviderUnavailable for anything but status 200 with a JSON object."""
        if self.status != 200:
            raise ProviderUnavailable(f"status {self.status}")
        try:
            return parse_object(self.body)
        except ValueError as error:
            raise ProviderUnavailable("the answer is not a JSON object") from error


class Https:
    def __init__(
        self,
        *,
        tls: ssl.SSLContext | None = None,
        names: AbstractResolver | None = None,
        longest_body: int = _LONGEST_BODY,
        seconds: float = 5,
    ) -> None:
        """`tls` has the certificate authorities to trust instead of the system's. `names` looks
        names up instead of the system."""
        self._tls = True if tls is None else tls
        self._names = names
        self._longest_body = longest_body
        self._timeout = aiohttp.ClientTimeout(total=seconds)

    async def get(self, url: str) -> Answer:
        return await self.send("GET", url)

    async def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        json: object = None,
        content: bytes | None = None,
        verbatim: bool = False,
    ) -> Answer:
        """Raise ProviderUnavailable if there is no answer, or if it is too long; NotSent if there
        was no connection. `content` is a body whose type is in `headers`. `verbatim` if the address
        must not be spelled in another way, as it is signed: it must have no character that an
        address has to have quoted."""
        if not url.startswith("https://"):
            raise ProviderUnavailable("not an https address")
        try:
            async with (
                self._session() as session,
                session.request(
                    method,
                    URL(url, encoded=True) if verbatim else url,
                    # The size of a compressed body is known only when it is decompressed, which is
                    # too late.
                    headers={**(headers or {}), "Accept-Encoding": "identity"},
                    params=params,
                    data=form if content is None else content,
                    json=json,
                    allow_redirects=False,
                ) as response,
            ):
                body = await _read(response.content, self._longest_body)
                return Answer(status=response.status, headers=response.headers, body=body)
        except aiohttp.ClientConnectorError as error:
            raise NotSent("no connection") from error
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise ProviderUnavailable("no answer") from error

    def _session(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=self._tls, force_close=True, resolver=self._names),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=self._timeout,
            auto_decompress=False,
            trust_env=False,
        )


async def _read(content: aiohttp.StreamReader, most: int) -> bytes:
    body = bytearray()
    async for chunk in content.iter_any():
        body += chunk
        if len(body) > most:
            raise ProviderUnavailable(f"the answer is longer than {most} bytes")
    return bytes(body)
