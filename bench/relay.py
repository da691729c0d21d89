"""A proxy before the storage that delays each call as a network would, and counts the calls."""

import asyncio
from typing import Self

import aiohttp
from aiohttp import web
from yarl import URL

# These belong to the connection, not to the message. Each hop sets the body's length itself.
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


class Relay:
    """`calls` counts the requests, and `trips` those that came while none was in progress. Calls
    that are made together count as one trip, as they cost the delay once."""

    def __init__(self, target: str, *, delay: float) -> None:
        self._target = target
        self._delay = delay
        self._under_way = 0
        self.calls = 0
        self.trips = 0

    def reset(self) -> None:
        self.calls = self.trips = 0

    async def __aenter__(self) -> Self:
        # If the session added a content type, the signature would not match.
        self._session = aiohttp.ClientSession(
            auto_decompress=False, skip_auto_headers=["Content-Type"]
        )
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._relay)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port: int = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._runner.cleanup()
        await self._session.close()

    async def _relay(self, request: web.Request) -> web.Response:
        self.calls += 1
        self.trips += self._under_way == 0
        self._under_way += 1
        try:
            await asyncio.sleep(self._delay)
            return await self._forward(request)
        finally:
            self._under_way -= 1

    async def _forward(self, request: web.Request) -> web.Response:
        # The path is part of what was signed, so it must not be re-encoded.
        url = URL(self._target + request.raw_path, encoded=True)
        headers = [item for item in request.headers.items() if item[0].lower() not in _HOP_BY_HOP]
        async with self._session.request(
            request.method, url, headers=headers, data=await request.read()
        ) as answer:
            kept = [item for item in answer.headers.items() if item[0].lower() not in _HOP_BY_HOP]
            return web.Response(status=answer.status, headers=kept, body=await answer.read())
