"""Requests to hosts that strangers chose."""

import re
import ssl
from collections.abc import Mapping

from shared.errors import ProviderUnavailable
from shared.fetching.https import Answer, Https
from shared.fetching.public_names import PublicNames

_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_LAST = "[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?"
_address = re.compile(rf"https://(?:{_LABEL}\.)+{_LAST}(?::[0-9]{{1,5}})?/[!-~]*").fullmatch
"""With a name in place of an IP address: the latter is not looked up, and so would not be judged.
The pattern is strict, so that no two libraries see different hosts in one address."""
SECONDS_FOR_A_REQUEST = 4
_HEADERS = {"Accept": "application/json", "User-Agent": "touchstone"}


class PublicHttps:
    def __init__(
        self,
        names: PublicNames | None = None,
        *,
        tls: ssl.SSLContext | None = None,
        longest_body: int,
        seconds: float = SECONDS_FOR_A_REQUEST,
    ) -> None:
        """`seconds` limits the whole request, with the look-up."""
        self._https = Https(
            names=names or PublicNames(), tls=tls, longest_body=longest_body, seconds=seconds
        )

    async def get(self, url: str) -> Answer:
        """Raise ProviderUnavailable if there is no answer, if it is too long, or if the address is
        not a public one."""
        return await self._send("GET", url)

    async def post(self, url: str, form: Mapping[str, str]) -> Answer:
        """As `get`."""
        return await self._send("POST", url, form=form)

    async def post_content(self, url: str, content: bytes, *, media_type: str) -> Answer:
        """As `get`."""
        return await self._send("POST", url, content=content, media_type=media_type)

    async def _send(
        self,
        method: str,
        url: str,
        *,
        form: Mapping[str, str] | None = None,
        content: bytes | None = None,
        media_type: str | None = None,
    ) -> Answer:
        if not _address(url):
            raise ProviderUnavailable("not the address of a public document")
        headers = _HEADERS if media_type is None else {**_HEADERS, "Content-Type": media_type}
        return await self._https.send(method, url, headers=headers, form=form, content=content)
