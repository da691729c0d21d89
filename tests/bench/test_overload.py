"""People who arrive at a fixed rate at a server that refuses them, fails, or hangs up."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bench.ceremonies import new_person
from bench.client import Connection
from bench.overload import put_open_load

PEOPLE = 5

type Answer = Callable[[web.Request], Awaitable[web.Response]]


@asynccontextmanager
async def _serving(answer: Answer) -> AsyncIterator[int]:
    """Yield the port."""
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


async def _refuse(_request: web.Request) -> web.Response:
    return web.Response(status=503, headers={"Retry-After": "2"})


async def _give_up(_request: web.Request) -> web.Response:
    return web.Response(status=503)


async def _hang_up(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


@pytest.mark.parametrize(("answer", "refused"), [(_refuse, PEOPLE), (_give_up, 0), (_hang_up, 0)])
async def test_only_a_503_with_retry_after_is_a_refusal(answer: Answer, refused: int) -> None:
    people = [new_person() for _ in range(PEOPLE)]
    async with _serving(answer) as port:
        overload = await put_open_load(lambda: Connection(port), people, per_second=1000)
    assert (overload.signed_in, overload.refused) == (0, refused)
    assert overload.failed == PEOPLE - refused
    assert len(overload.seconds) == PEOPLE
