"""A proxy in front of Azurite: tests see each request, and decide when it reaches storage."""

from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp import web
from yarl import URL

from devhost.azurite import ACCOUNT, Azurite
from tests.cut_answer import end_to_end
from tests.storage_transport import call_name

type Forward = Callable[[], Awaitable[web.Response]]
type Intercept = Callable[[str, Forward], Awaitable[web.StreamResponse]]


class StorageProxy:
    """The intercept gets the name of a call, such as "insert Accounts", and how to go on."""

    def __init__(self, azurite: Azurite) -> None:
        self._azurite = azurite
        self.intercept: Intercept | None = None
        self.connection_string = ""

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(auto_decompress=False)
        application = web.Application(client_max_size=8 * 1024 * 1024)
        application.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        own = f"http://{host}:{port}/{ACCOUNT}"
        self.connection_string = self._azurite.connection_string.replace(self._azurite.url, own)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._runner.cleanup()
        await self._session.close()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()

        async def forward() -> web.Response:
            return await self._forward(request, body)

        if self.intercept is None:
            return await forward()
        return await self.intercept(call_name(request.method, request.path_qs, body), forward)

    async def _forward(self, request: web.Request, body: bytes) -> web.Response:
        # What was signed is the path as it was sent, so it is passed on letter by letter.
        url = URL(f"http://127.0.0.1:{self._azurite.port}{request.raw_path}", encoded=True)
        async with self._session.request(
            request.method,
            url,
            headers=end_to_end(request.headers.items()),
            data=body or None,
            skip_auto_headers=("Content-Type",),  # it would be signed too
        ) as answer:
            return web.Response(
                status=answer.status,
                headers=end_to_end(answer.headers.items()),
                body=await answer.read(),
            )
