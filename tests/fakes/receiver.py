"""A server over TLS that is told something."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Self

from aiohttp import web

from tests.fakes.tls import LOCALHOST, Tls


@dataclass(kw_only=True)
class Receiver(ABC):
    tls: Tls
    statuses: list[int] = field(default_factory=list)
    """Answered before it works as it should."""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0)
        await self._runner.setup()
        await web.TCPSite(self._runner, LOCALHOST, 0, ssl_context=self.tls.server_context()).start()
        self.port: int = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        if self.statuses:
            status = self.statuses.pop(0)
            return web.Response(status=status, headers=self.headers, body=self.body)
        return await self._take(request)

    @abstractmethod
    async def _take(self, request: web.Request) -> web.Response: ...
