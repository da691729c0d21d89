"""What the counterparts stand before: it shows the path, and the headers that it was sent."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from multidict import CIMultiDictProxy


@dataclass(kw_only=True)
class Application:
    port: int = 0
    requests: list[tuple[str, CIMultiDictProxy[str]]] = field(default_factory=list)

    async def _show(self, request: web.Request) -> web.Response:
        self.requests.append((request.path, request.headers))
        text = f'<!doctype html><html lang="en"><title>Site</title><h1>Page {request.path}</h1>'
        return web.Response(text=text, content_type="text/html")

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._show)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.port = runner.addresses[0][1]
        try:
            yield
        finally:
            await runner.cleanup()
