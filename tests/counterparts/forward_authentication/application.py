"""A small site of its own. It keeps what reaches it: that is what the check has to be about."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Self

from aiohttp import web
from multidict import CIMultiDictProxy

STREAMED = ("first", "second")


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    method: str
    path: str
    """As it was sent, with its query."""
    headers: CIMultiDictProxy[str]
    body: bytes

    def names(self) -> set[str]:
        """Of the headers, as programs read them that know only environment variables."""
        return {name.lower().replace("_", "-") for name in self.headers}


@dataclass(kw_only=True)
class Application:
    port: int = 0
    received: list[Received] = field(default_factory=list)
    first_was_read: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Self]:
        application = web.Application(client_max_size=2**30)
        application.router.add_get("/websocket", self._converse)
        application.router.add_get("/stream", self._stream)
        application.router.add_route("OPTIONS", "/api", self._preflight)
        application.router.add_route("*", "/{path:.*}", self._show)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.port = runner.addresses[0][1]
        try:
            yield self
        finally:
            await runner.cleanup()

    async def _note(self, request: web.Request) -> Received:
        received = Received(
            method=request.method,
            path=request.raw_path,
            headers=request.headers,
            body=await request.read(),
        )
        self.received.append(received)
        return received

    async def _show(self, request: web.Request) -> web.Response:
        received = await self._note(request)
        text = (
            f'<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Site</title>'
            f"<h1>{received.method} {request.path}</h1><p>{len(received.body)} bytes</p>"
        )
        return web.Response(text=text, content_type="text/html")

    async def _preflight(self, request: web.Request) -> web.Response:
        await self._note(request)
        headers = {
            "Access-Control-Allow-Origin": request.headers["Origin"],
            "Access-Control-Allow-Methods": "PUT",
            "Access-Control-Allow-Credentials": "true",
        }
        return web.Response(status=204, headers=headers)

    async def _converse(self, request: web.Request) -> web.WebSocketResponse:
        await self._note(request)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            await socket.send_str(f"You said: {message.data}")
        return socket

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        """The second event comes when the first one has been read, and not before."""
        await self._note(request)
        headers = {"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        await response.write(f"data: {STREAMED[0]}\n\n".encode())
        await self.first_was_read.wait()
        await response.write(f"data: {STREAMED[1]}\n\n".encode())
        return response
