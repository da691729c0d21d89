"""The open connections to one server."""

import asyncio
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

from azure.core.exceptions import ServiceRequestError

from shared.storage.table_service.answer import Answer
from shared.storage.table_service.http_connection import HttpConnection

AT_ONCE = 100
IDLE_SECONDS = 15
"""Storage closes idle connections; one that is closed while a request is sent costs a retry."""


@dataclass(frozen=True, slots=True)
class _Idle:
    connection: HttpConnection
    since: float


class Connections:
    """Of one event loop: that in which requests are sent."""

    def __init__(self, origin: str, *, connect_seconds: float, answer_seconds: float) -> None:
        """`origin` is the scheme, host and port."""
        self._server = urlsplit(origin)
        self._connect_seconds, self._answer_seconds = connect_seconds, answer_seconds
        self._room = asyncio.Semaphore(AT_ONCE)
        self._idle: list[_Idle] = []
        self._tls = ssl.create_default_context() if self._server.scheme == "https" else None

    async def ask(self, request: bytes, request_id: str) -> Answer:
        """Raise ServiceRequestError if there is no connection, and as HttpConnection does."""
        async with self._room:
            connection = self._take() or await self._connect()
            try:
                return await connection.ask(request, request_id, seconds=self._answer_seconds)
            finally:
                self._give_back(connection)

    def close(self) -> None:
        while self._idle:
            self._idle.pop().connection.abort()

    def _take(self) -> HttpConnection | None:
        oldest = asyncio.get_running_loop().time() - IDLE_SECONDS
        while self._idle:
            idle = self._idle.pop()
            if idle.connection.reusable and idle.since > oldest:
                return idle.connection
            idle.connection.abort()
        return None

    def _give_back(self, connection: HttpConnection) -> None:
        """Also when the caller no longer waits: then the answer is still to come."""
        if connection.reusable:
            self._idle.append(_Idle(connection, asyncio.get_running_loop().time()))
        else:
            connection.abort()

    async def _connect(self) -> HttpConnection:
        server = self._server
        port = server.port or (443 if self._tls else 80)
        try:
            async with asyncio.timeout(self._connect_seconds):
                _, connection = await asyncio.get_running_loop().create_connection(
                    HttpConnection,
                    server.hostname or "",
                    port,
                    ssl=self._tls,
                )
        except (OSError, TimeoutError) as error:  # errors of TLS among them
            raise ServiceRequestError(
                f"no connection: {type(error).__name__}", error=error
            ) from error
        return connection
