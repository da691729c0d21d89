"""People sign in to an application behind nginx and Envoy."""

import json
import re
import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.visitor import Visitor
from tests.counterparts.application import Application
from tests.counterparts.documents import blocks
from tests.counterparts.nginx.gateway import envoy, nginx
from tests.counterparts.ports import free_port
from tests.counterparts.service import APPLICATION, Service
from tests.counterparts.site import Site, sign_in

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("nginx")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def started(service: Service, folder: Path) -> AsyncIterator[Site]:
    inner_port = free_port()
    application = Application()
    async with application.serving():
        site = Site(application=application)
        await _keep_secrets(folder, service, site)
        async with (
            envoy(folder, _for_envoy(folder, service, site, inner_port)),
            nginx(folder, _for_nginx(service, site, inner_port)),
        ):
            yield site


async def _keep_secrets(folder: Path, service: Service, site: Site) -> None:
    (client,) = blocks("nginx.md", "json", {"https://app.example.com": site.url})
    secret = await service.add_client(json.loads(client), secret=True)
    (folder / "secret").write_text(secret)
    (folder / "hmac").write_text(secrets.token_hex(32))
    _clock(folder).write_text("0")


def _clock(folder: Path) -> Path:
    """A file with the seconds by which Envoy's clock is fast, for the rule in Lua."""
    return folder / "clock"


def _for_envoy(folder: Path, service: Service, site: Site, port: int) -> str:
    login = urlsplit(service.issuer)
    names = {
        "address: login.example.com, port_value: 443": (
            f"address: {login.hostname}, port_value: {login.port}"
        ),
        "https://login.example.com": service.issuer,
        "login.example.com": "localhost",
        "https://app.example.com": site.url,
        "port_value: 8080": f"port_value: {site.application.port}",
        "port_value: 10000": f"port_value: {port}",
        "/etc/ssl/certs/ca-certificates.crt": str(service.tls.authority),
        "/etc/envoy/openid": str(folder),
        "exact: alice": f"exact: {site.allowed}",
        "os.time()": f'(os.time() + io.lines("{_clock(folder)}")())',
    }
    return "\n".join(blocks("nginx.md", "yaml", names))


def _for_nginx(service: Service, site: Site, port: int) -> str:
    names = {
        "listen 443": f"listen {site.port}",
        "/etc/nginx/app.example.com.pem": str(service.tls.certificate),
        "/etc/nginx/app.example.com.key": str(service.tls.key),
        "app.example.com": APPLICATION,
        "127.0.0.1:10000": f"127.0.0.1:{port}",
    }
    return "\n".join(blocks("nginx.md", "nginx", names))


@pytest.fixture
def slow_gesture(folder: Path) -> Iterator[None]:
    """So slow that the gesture is no longer new when Envoy looks."""
    _clock(folder).write_text("361")
    yield
    _clock(folder).write_text("0")


@pytest.fixture
def site(started: Site) -> Site:
    started.application.requests.clear()
    return started


async def test_a_person_signs_in_with_a_passkey(site: Site, visitor: Visitor) -> None:
    await visitor.open()
    await visitor.register(site.allowed)
    await visitor.page.set_extra_http_headers({"X-User": "mallory"})
    await site.visit(visitor, "/reports/2026")
    await expect(visitor.page.locator("#client")).to_contain_text("Intranet")
    await sign_in(visitor)
    await site.shows(visitor, "Page /reports/2026")
    ((_, headers), *_) = site.application.requests
    assert headers.getall("X-User") == [site.allowed]
    assert re.findall(r"(\w+)=", headers["Cookie"]) == ["IdToken"]


async def test_the_rule_about_a_claim_refuses_others(site: Site, registered: Visitor) -> None:
    registered.expected_complaints.add("status of 403 ")
    await site.visit(registered, "/")
    await sign_in(registered)
    await site.shows(registered, "Page /")
    await site.visit(registered, "/reports/2026")
    await expect(registered.page.locator("body")).to_have_text("RBAC: access denied")
    assert site.paths() == ["/"]


async def test_a_person_signs_out_here_and_there(site: Site, registered: Visitor) -> None:
    await site.visit(registered, "/")
    await sign_in(registered)
    await site.shows(registered, "Page /")
    async with registered.page.expect_request(f"{site.url}/"):
        await site.visit(registered, "/sign-out")
    await expect(registered.button("Sign in with a passkey")).to_be_visible()
    assert site.paths() == ["/"]


async def confirm(site: Site, visitor: Visitor) -> None:
    """Whoever is signed in goes to a path that wants a new gesture."""
    await site.visit(visitor, "/")
    await sign_in(visitor)
    await site.shows(visitor, "Page /")
    await site.visit(visitor, "/payments/1")
    await visitor.button("Confirm with a passkey").click()


async def test_a_path_demands_a_new_gesture(site: Site, registered: Visitor) -> None:
    await confirm(site, registered)
    await site.shows(registered, "Page /payments/1")
    assert site.paths() == ["/", "/payments/1"]


@pytest.mark.usefixtures("slow_gesture")
async def test_an_old_gesture_opens_no_such_path(site: Site, registered: Visitor) -> None:
    registered.expected_complaints.add("status of 403 ")
    await confirm(site, registered)
    await expect(registered.page.locator("body")).to_have_text("Confirm with a passkey again")
    assert site.paths() == ["/"]
