"""People sign in to an application that Apache guards."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import pytest
import pytest_asyncio
from playwright.async_api import Route, expect

from tests.browser.visitor import Visitor
from tests.counterparts.apache.apache import PAGE, Apache
from tests.counterparts.apache.installation import APACHE
from tests.counterparts.application import Application
from tests.counterparts.clock import Clock
from tests.counterparts.documents import blocks
from tests.counterparts.service import Service
from tests.counterparts.site import Site, sign_in

AUTHORIZE = re.compile(r"/authorize\?")

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def started(service: Service, folder: Path) -> AsyncIterator[Site]:
    application = Application()
    async with application.serving():
        site = Site(application=application)
        apache = Apache(packages=APACHE, folder=folder, service=service, site=site)
        secret = await service.add_client(apache.clients()[0], secret=True)
        apache.write("secret.conf", f"OIDCClientSecret {secret}")
        whole, one_path, _ = apache.configurations()
        async with apache.serving(whole, one_path, clock=Clock(folder / "clock")):
            yield site


@pytest.fixture
def site(started: Site) -> Site:
    started.application.requests.clear()
    return started


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
    assert json.loads(headers["OIDC_userinfo_json"])["preferred_username"] == site.allowed


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


async def test_a_person_signs_out_here_and_there(site: Site, registered: Visitor) -> None:
    await site.visit(registered, "/")
    await sign_in(registered)
    await site.shows(registered, "Page /")
    names = {
        "https://app.example.com": site.url,
        quote("https://app.example.com", safe=""): quote(site.url, safe=""),
    }
    (link,) = blocks(PAGE, "", names)
    await registered.page.goto(link.strip())
    await site.shows(registered, "Page /signed-out")
    await site.visit(registered, "/")
    await expect(registered.button("Sign in with a passkey")).to_be_visible()
