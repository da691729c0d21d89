"""The way of requests to the Table service, beneath the policies of azure.core."""

from collections.abc import Iterator, Mapping
from typing import Any, Self

from azure.core.pipeline.transport import AsyncHttpTransport
from azure.core.rest import HttpRequest

from shared.storage.table_service.answer import Answer
from shared.storage.table_service.connections import Connections
from shared.storage.table_service.genuine import Genuine, HearingClock
from shared.storage.table_service.http_connection import REQUEST_ID


class ThinTransport(AsyncHttpTransport[HttpRequest, Any]):
    """Never follows a redirect, decompresses, or takes a proxy from the environment."""

    def __init__(
        self,
        origin: str,
        *,
        clock: HearingClock | None = None,
        connection_timeout: float,
        read_timeout: float,
        **_options: object,
    ) -> None:
        self._origin, self._genuine = origin, Genuine(clock)
        self._host = origin.partition("://")[2]
        self._connections = Connections(
            origin, connect_seconds=connection_timeout, answer_seconds=read_timeout
        )

    async def send(self, request: HttpRequest, **_options: object) -> Answer:
        sent = self._genuine.begin()
        request_id = request.headers.get(REQUEST_ID, "")
        answer = await self._connections.ask(self._written(request), request_id)
        self._genuine.check(answer.status_code, answer.headers, sent=sent)
        return answer

    def _written(self, request: HttpRequest) -> bytes:
        body: bytes = request.content or b""
        lines = [
            f"{request.method} {request.url.removeprefix(self._origin)} HTTP/1.1",
            f"Host: {self._host}",
            *_lines(request.headers),
            f"Content-Length: {len(body)}",
        ]
        together = "".join(lines)
        if not (together.isascii() and together.isprintable()):
            raise ValueError("a header of more than one line")
        return "\r\n".join((*lines, "\r\n")).encode() + body

    async def open(self) -> None:
        """Connections are opened when they are needed."""

    async def close(self) -> None:
        self._connections.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()


def _lines(headers: Mapping[str, str]) -> Iterator[str]:
    return (
        f"{name}: {value}" for name, value in headers.items() if name.lower() != "content-length"
    )
