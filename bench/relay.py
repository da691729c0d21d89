"""A proxy before the storage that delays each call as a network would, and counts the calls."""

import asyncio
from typing import Self

import aiohttp
from aiohttp import web
from yarl import URL

# These belong to the connection, not to the message. Each hop sets the body's length itself.
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}

TRIP = "trip"
"""The key of a request under which its round trip's number is."""


class Trips:
    """Counts round trips: the longest chain of calls of which each began after an earlier one's
    answer. Calls that are made together cost the delay once, even if a further one begins after the
    first of their answers."""

    def __init__(self) -> None:
        self.count = 0
        self._answered = 0

    def begin(self) -> int:
        """Return the number of the round trip to which the call belongs."""
        trip = self._answered + 1
        self.count = max(self.count, trip)
        return trip

    def end(self, trip: int) -> None:
        self._answered = max(self._answered, trip)


class Relay:
    """`calls` counts the requests, and `trips` the round trips that they took."""

    def __init__(self, target: str, *, delay: float) -> None:
        self._target = target
        self._delay = delay
        self.reset()

    def reset(self) -> None:
        self.calls = 0
        self._trips = Trips()

    @property
    def trips(self) -> int:
        return self._trips.count

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
        trips = self._trips
        trip = request[TRIP] = trips.begin()
        try:
            await asyncio.sleep(self._delay)
            return await self._forward(request)
        finally:
            trips.end(trip)

    async def _forward(self, request: web.Request) -> web.Response:
        # The path is part of what was signed, so it must not be re-encoded.
        url = URL(self._target + request.raw_path, encoded=True)
        headers = [item for item in request.headers.items() if item[0].lower() not in _HOP_BY_HOP]
        async with self._session.request(
            request.method, url, headers=headers, data=await request.read()
        ) as answer:
            kept = [item for item in answer.headers.items() if item[0].lower() not in _HOP_BY_HOP]
            return web.Response(status=answer.status, headers=kept, body=await answer.read())
