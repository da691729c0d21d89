"""People sign in to an application that Apache guards."""

import json
import re
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Route, expect

from tests.browser.visitor import Visitor
from tests.counterparts.apache.apache import apache
from tests.counterparts.application import Application
from tests.counterparts.documents import blocks
from tests.counterparts.service import Service
from tests.counterparts.site import Site, sign_in

AUTHORIZE = re.compile(r"/authorize\?")

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """That Apache can read, too, after it has become another user."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def started(service: Service, folder: Path) -> AsyncIterator[Site]:
    application = Application()
    async with application.serving():
        site = Site(application=application)
        (client,) = blocks("apache.md", "json", {"https://app.example.com": site.url})
        secret = await service.add_client(json.loads(client), secret=True)
        (folder / "secret.conf").write_text(f"OIDCClientSecret {secret}")
        (folder / "passphrase").write_text("a passphrase of this test")
        (rule,) = blocks("apache.md", "lua", {"os.time()": Clock(folder / "clock").reading})
        (folder / "fresh.lua").write_text(rule)
        async with apache(folder, _configuration(folder, service, site), site.port, service.tls):
            yield site


@dataclass(frozen=True, slots=True)
class Clock:
    """Of Apache, as the rule in Lua reads it."""

    file: Path

    def is_fast(self, seconds: int) -> None:
        self.file.write_text(str(seconds))

    @property
    def reading(self) -> str:
        return f'(os.time() + io.lines("{self.file}")())'


def _configuration(folder: Path, service: Service, site: Site) -> str:
    names = {
        "https://login.example.com": service.issuer,
        "https://app.example.com": site.url,
        "/etc/apache2/openid": str(folder),
        "http://127.0.0.1:8080": f"http://127.0.0.1:{site.application.port}",
        "claim preferred_username:alice": f"claim preferred_username:{site.allowed}",
    }
    return "\n".join(blocks("apache.md", "apache", names))


@pytest.fixture
def site(started: Site) -> Site:
    started.application.requests.clear()
    return started


@pytest.fixture
def clock(folder: Path) -> Clock:
    clock = Clock(folder / "clock")
    clock.is_fast(0)
    return clock


async def without_max_age(route: Route) -> None:
    await route.continue_(url=route.request.url.replace("max_age=0", "max_age=3600"))


async def test_a_person_signs_in_with_a_passkey(site: Site, visitor: Visitor) -> None:
    await visitor.open()
    await visitor.register(site.allowed)
    await site.visit(visitor, "/reports/2026")
    await expect(visitor.page.locator("#client")).to_contain_text("Intranet")
    await sign_in(visitor)
    await site.shows(visitor, "Page /reports/2026")
    ((_, headers), *_) = site.application.requests
    assert headers["OIDC_CLAIM_preferred_username"] == site.allowed


async def test_the_rule_about_a_claim_refuses_others(site: Site, registered: Visitor) -> None:
    registered.expected_complaints.add("status of 401 ")
    await site.visit(registered, "/")
    await sign_in(registered)
    await site.shows(registered, "Page /")
    await site.visit(registered, "/reports/2026")
    await site.shows(registered, "Unauthorized")
    assert site.paths() == ["/"]


async def test_a_path_demands_a_new_gesture(site: Site, registered: Visitor, clock: Clock) -> None:
    await site.visit(registered, "/")
    await sign_in(registered)
    await site.shows(registered, "Page /")
    await site.visit(registered, "/payments/1")
    await site.shows(registered, "Page /payments/1")

    clock.is_fast(301)
    # The person takes `max_age` out of the address, and so makes no gesture. It is asked for again.
    async with registered.page.expect_request(AUTHORIZE) as asked:
        await registered.page.route(AUTHORIZE, without_max_age, times=1)
        await site.visit(registered, "/payments/2")
    assert "max_age=0&acr_values=phr" in (await asked.value).url
    await expect(registered.page.locator("#new-gesture")).to_be_visible()
    clock.is_fast(0)
    await registered.button("Confirm with a passkey").click()
    await site.shows(registered, "Page /payments/2")
    assert site.paths() == ["/", "/payments/1", "/payments/2"]
