"""The HTTP client that msal gets: it runs in a thread, and its requests go by our own adapter.

So they have the limits, the TLS settings and the missing redirects of all others. msal's own client
keeps answers of the token endpoint, by identity and scope alone: with the header Retry-After even a
token, which the next person would get. So whoever uses this gives msal an empty cache each time,
and this keeps what may be kept: the documents of tenants.
"""

import asyncio
from collections.abc import Coroutine, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from shared.access.exchange.entra_errors import EntraFault, EntraRefused, Failure, read_failure
from shared.errors import ProviderUnavailable
from shared.expiring_cache import ExpiringCache
from shared.fetching.https import Answer, Https
from shared.json_shape import parse_object

_OK = 200
_SECONDS = 15
"""More than a request may take, in case that the event loop has ended."""

type Documents = ExpiringCache[str, Answer]


@dataclass(frozen=True, slots=True)
class Response:
    """As msal wants it."""

    status_code: int
    text: str
    headers: Mapping[str, str]

    def raise_for_status(self) -> None:
        """Never reached for an error: `BridgedHttp` raises it first."""


@dataclass(slots=True, kw_only=True)
class BridgedHttp:
    https: Https
    documents: Documents
    origin: str
    """Assertions are sent nowhere else."""
    correlation_id: str
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)
    trace_id: str | None = None
    """Of the latest answer of the token endpoint."""
    _waiting: "Future[Response] | None" = None
    _is_abandoned: bool = False

    def get(self, url: str, **_: object) -> Response:
        return self._wait(self._get(url))

    def post(
        self, url: str, *, data: Mapping[str, str], headers: Mapping[str, str], **_: object
    ) -> Response:
        return self._wait(self._post(url, data, headers))

    def close(self) -> None:
        """There is nothing to close."""

    def _wait(self, answer: Coroutine[Any, Any, Response]) -> Response:
        self._waiting = asyncio.run_coroutine_threadsafe(answer, self.loop)
        if self._is_abandoned:
            self.abandon()
        return self._waiting.result(_SECONDS)

    def abandon(self) -> None:
        """End the thread that waits: nobody waits for it any more."""
        self._is_abandoned = True
        if self._waiting is not None:
            self._waiting.cancel()

    async def _get(self, url: str) -> Response:
        answer = await self.documents.get(url, lambda: self._fetch(url))
        return _response(answer)

    async def _fetch(self, url: str) -> Answer:
        return _checked(await self.https.get(url))

    async def _post(
        self, url: str, data: Mapping[str, str], headers: Mapping[str, str]
    ) -> Response:
        if not url.startswith(f"{self.origin}/"):
            raise ProviderUnavailable("the token endpoint is elsewhere")
        answer = await self.https.send(
            "POST",
            url,
            headers={**headers, "client-request-id": self.correlation_id},
            form={name: str(value) for name, value in data.items()},
        )
        self.trace_id = answer.headers.get("x-ms-request-id")
        return _response(_checked(answer))


def _checked(answer: Answer) -> Answer:
    """Raise EntraRefused for anything but status 200 with a JSON object: msal would put the text of
    an answer that it cannot read into the log."""
    try:
        body = parse_object(answer.body)
    except ValueError as error:
        raise EntraRefused(_failure(answer, {}, EntraFault.UNAVAILABLE)) from error
    if answer.status != _OK:
        raise EntraRefused(_failure(answer, body))
    return answer


def _failure(
    answer: Answer, body: Mapping[str, object], fault: EntraFault | None = None
) -> Failure:
    read = read_failure(answer.status, body, retry_after=answer.headers.get("Retry-After"))
    return Failure(
        fault=read.fault if fault is None else fault,
        number=read.number,
        trace_id=read.trace_id or answer.headers.get("x-ms-request-id"),
        retry_after=read.retry_after,
    )


def _response(answer: Answer) -> Response:
    # msal needs no header of an answer that is a token or a document.
    return Response(answer.status, answer.body.decode(), {})
