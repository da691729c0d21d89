"""Whatever goes wrong between a proxy and the service, the site stays closed."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web

from devhost.sockets import listen, port_of
from tests.counterparts.forward_authentication import client, proxies
from tests.counterparts.forward_authentication.application import Application
from tests.counterparts.forward_authentication.place import Place
from tests.counterparts.forward_authentication.site import Site
from tests.counterparts.ports import free_port
from tests.fakes.tls import Tls

pytestmark = pytest.mark.asyncio(loop_scope="session")


AWAY = {"nginx": 500, "traefik": 500, "envoy": 403, "caddy": 502}
"""What a proxy answers then."""


@dataclass(kw_only=True)
class ServiceInTrouble:
    """It answers nothing that is expected, and nothing before it is told to."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)

    async def _answer(self, _request: web.Request) -> web.Response:
        self.asked.set()
        await self.may_answer.wait()
        headers = {"Location": "https://elsewhere.example/", **self.headers}
        return web.Response(status=self.status, headers=headers)

    @asynccontextmanager
    async def serving(self, tls: Tls) -> AsyncIterator[str]:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._answer)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0)
        await runner.setup()
        sockets = listen("127.0.0.1", 0)
        for each in sockets:
            await web.SockSite(runner, each, ssl_context=tls.server_context()).start()
        try:
            yield f"https://localhost:{port_of(sockets[0])}"
        finally:
            self.may_answer.set()
            await runner.cleanup()


@pytest.fixture(params=proxies.ALL)
def proxy(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@asynccontextmanager
async def guarded(
    proxy: str,
    application: Application,
    tls: Tls,
    folder: Path,
    *,
    issuer: str,
    patience: int = 10,
) -> AsyncIterator[Site]:
    place = Place(
        host_name=f"{proxy}.site.test",
        application_port=application.port,
        issuer=issuer,
        secret="secret-of-this-proxy",
        tls=tls,
        folder=folder,
        patience=patience,
    )
    application.received.clear()
    async with proxies.ALL[proxy](place):
        yield Site(proxy=proxy, place=place, application=application)


async def test_a_service_that_is_away(
    proxy: str, application: Application, tls: Tls, tmp_path: Path
) -> None:
    issuer = f"https://localhost:{free_port()}"
    async with guarded(proxy, application, tls, tmp_path, issuer=issuer) as site:
        answer = await client.send(site.place, "/page")
        assert answer.status == AWAY[proxy]
        start = await client.send(site.place, "/.touchstone/start?to=/page")
        assert start.status >= 500
        assert site.received == []


async def test_another_answer_than_the_three(
    proxy: str, application: Application, tls: Tls, tmp_path: Path
) -> None:
    """204 opens with three of the proxies, so the service never gives it."""
    service = ServiceInTrouble()
    service.may_answer.set()
    async with (
        service.serving(tls) as issuer,
        guarded(proxy, application, tls, tmp_path, issuer=issuer) as site,
    ):
        for service.status in (302, 404, 429, 500, 503):
            service.asked.clear()
            await client.send(site.place, "/page")
            assert (service.asked.is_set(), site.received) == (True, []), service.status
        for service.status in (200, 204):
            await client.send(site.place, "/page")
        assert len(site.received) == (1 if proxy == "envoy" else 2)


async def test_a_slow_service(
    proxy: str, application: Application, tls: Tls, tmp_path: Path
) -> None:
    service = ServiceInTrouble(status=403)
    async with (
        service.serving(tls) as issuer,
        guarded(proxy, application, tls, tmp_path, issuer=issuer) as site,
    ):
        asking = asyncio.create_task(client.send(site.place, "/page"))
        async with asyncio.timeout(30):
            await service.asked.wait()
        assert (asking.done(), site.received) == (False, [])
        service.may_answer.set()
        assert ((await asking).status, site.received) == (403, [])


@pytest.mark.parametrize("proxy", [name for name in proxies.ALL if name != "traefik"])
async def test_a_service_that_never_answers(
    proxy: str, application: Application, tls: Tls, tmp_path: Path
) -> None:
    """Traefik waits for 30 seconds, and no setting changes that."""
    service = ServiceInTrouble()
    async with (
        service.serving(tls) as issuer,
        guarded(proxy, application, tls, tmp_path, issuer=issuer, patience=1) as site,
    ):
        answer = await client.send(site.place, "/page")
        assert answer.status in {403, 500, 502, 504}
        assert (service.asked.is_set(), site.received) == (True, [])


async def test_somebody_with_many_groups(
    proxy: str, application: Application, tls: Tls, tmp_path: Path
) -> None:
    """As large as an answer of the service can be."""
    identity = {"X-Auth-Groups": "g" * 2_000, "X-Auth-Token": "t" * 5_500}
    service = ServiceInTrouble(headers=identity)
    service.may_answer.set()
    async with (
        service.serving(tls) as issuer,
        guarded(proxy, application, tls, tmp_path, issuer=issuer) as site,
    ):
        assert (await client.send(site.place, "/page")).status == 200
        (received,) = site.received
        assert {name: received.headers[name] for name in identity} == identity
