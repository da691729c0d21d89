"""The service, four proxies that ask it, and two people."""

import hashlib
import json
import secrets
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from devhost.azurite import Azurite
from devhost.process import REPOSITORY
from tests.browser.chromium import chromium, visiting
from tests.browser.visitor import Visitor
from tests.counterparts.clock import Clock
from tests.counterparts.forward_authentication import front_end, proxies
from tests.counterparts.forward_authentication.application import Application
from tests.counterparts.forward_authentication.place import Place
from tests.counterparts.forward_authentication.site import Site
from tests.counterparts.ports import free_port
from tests.counterparts.service import Service, serve_certified
from tests.fakes.tls import Tls, make_tls

SECRET = "q7Zr1xV0cTn5mYw3KdB8hLuE2sJfGpAi"
ADA, BOB = f"ada-{secrets.token_hex(4)}", f"bob-{secrets.token_hex(4)}"
"""Both may open the sites, and Ada alone what is below /admin."""
_PORTS = {name: free_port() for name in proxies.ALL}


def _host(proxy: str) -> str:
    return f"{proxy}.site.test:{_PORTS[proxy]}"


def _profiles() -> Iterator[Mapping[str, Any]]:
    for proxy in proxies.ALL:
        where = {"host": _host(proxy)}
        yield {
            "name": f"{proxy}-site",
            "title": f"Site behind {proxy}",
            "kind": "web",
            "parameters": where,
            "who": {"users": [ADA, BOB]},
        }
        yield {
            "name": f"{proxy}-admin",
            "title": f"Administration behind {proxy}",
            "kind": "web",
            "parameters": where | {"pathPrefix": "/admin"},
            "who": {"users": [ADA]},
        }
        yield {
            "name": f"{proxy}-own",
            "title": f"Own pages of {proxy}",
            "kind": "web",
            "parameters": where | {"pathPrefix": f"/of/{proxy}"},
            "who": {"users": [ADA]},
        }
        yield {
            "name": f"{proxy}-payments",
            "title": f"Payments behind {proxy}",
            "kind": "web",
            "parameters": where | {"pathPrefix": "/payments"},
            "who": {"users": [ADA, BOB]},
            "demands": {"gestureAgeSeconds": 300},
        }
        yield {
            "name": f"{proxy}-api",
            "title": f"Interface behind {proxy}",
            "kind": "web",
            "parameters": where | {"pathPrefix": "/api", "preflights": True},
            "who": {"users": [ADA, BOB]},
        }


@pytest.fixture(scope="session")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    names = (f"{name}.site.test" for name in proxies.ALL)
    return make_tls(tmp_path_factory.mktemp("tls"), "localhost", *names)


@pytest.fixture(scope="session")
def clock_of_all(tmp_path_factory: pytest.TempPathFactory) -> Clock:
    clock = Clock(tmp_path_factory.mktemp("clock") / "seconds-ahead")
    clock.is_fast(0)
    return clock


@pytest.fixture
def clock(clock_of_all: Clock) -> Iterator[Clock]:
    """Of the service."""
    yield clock_of_all
    clock_of_all.is_fast(0)


@pytest.fixture(scope="session")
def service(
    azurite: Azurite, tls: Tls, clock_of_all: Clock, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    app = tmp_path_factory.mktemp("app")
    for file in ("host.json", "local.settings.json.example"):
        shutil.copy(REPOSITORY / file, app)
    shutil.copy(Path(__file__).parent / "app" / "function_app.py", app)
    settings = {
        "PROXY_SECRETS": hashlib.sha256(SECRET.encode()).hexdigest(),
        "ACCESS_PROFILES": json.dumps(list(_profiles())),
        "SECONDS_AHEAD": str(clock_of_all.file),
    }
    azure = partial(front_end.azure, tmp_path_factory.mktemp("azure"))
    folder = tmp_path_factory.mktemp("service")
    with serve_certified(tls, azurite, folder, settings, app=app, front_end=azure) as service:
        yield service


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def application() -> AsyncIterator[Application]:
    async with Application().serving() as application:
        yield application


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def sites(
    service: Service, application: Application, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Mapping[str, Site]]:
    async with AsyncExitStack() as stack:
        found = {}
        for name, proxy in proxies.ALL.items():
            place = Place(
                host_name=f"{name}.site.test",
                port=_PORTS[name],
                application_port=application.port,
                issuer=service.issuer,
                secret=SECRET,
                tls=service.tls,
                folder=tmp_path_factory.mktemp(name),
            )
            await stack.enter_async_context(proxy(place))
            found[name] = Site(proxy=name, place=place, application=application)
        yield found


@pytest.fixture(params=proxies.ALL)
def site(request: pytest.FixtureRequest, sites: Mapping[str, Site]) -> Site:
    site = sites[request.param]
    site.application.received.clear()
    return site


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """It finds the sites at this machine. Names of this machine would do without, but for the
    service they are those of developers, who have no TLS."""
    async with chromium("--host-resolver-rules=MAP *.site.test 127.0.0.1") as launched:
        yield launched


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def people(browser: Browser, service: Service) -> AsyncIterator[Mapping[str, Visitor]]:
    async with AsyncExitStack() as stack:
        found = {}
        for name in (ADA, BOB):
            visitor = await stack.enter_async_context(visiting(browser, service.issuer))
            await visitor.open()
            await visitor.register(name)
            found[name] = visitor
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def ada(people: Mapping[str, Visitor]) -> Visitor:
    return await _signed_out(people[ADA])


@pytest_asyncio.fixture(loop_scope="session")
async def bob(people: Mapping[str, Visitor]) -> Visitor:
    return await _signed_out(people[BOB])


async def _signed_out(visitor: Visitor) -> Visitor:
    await visitor.page.context.clear_cookies()
    visitor.expected_complaints.clear()
    return visitor


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def cookies(
    people: Mapping[str, Visitor], sites: Mapping[str, Site]
) -> Mapping[tuple[str, str], str]:
    """Of each person at each site, as a header. One sign-in opens all sites."""
    found = dict[tuple[str, str], str]()
    for name, visitor in people.items():
        first, *others = sites.values()
        await first.sign_in(await _signed_out(visitor))
        for site in others:
            await site.visit(visitor, "/")
            await site.shows(visitor, "GET /")
        found |= {(name, each.proxy): await each.header(visitor) for each in sites.values()}
    return found
