"""A person opens a site behind a proxy, and signs in there with the passkey."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.chromium import visiting
from tests.browser.member import arrive_signed_in
from tests.browser.test_accessibility import GERMAN, NARROWEST, fits_and_is_readable
from tests.browser.visitor import Visitor
from tests.fakes.protected_site import GUEST, ProtectedSite

pytestmark = pytest.mark.asyncio(loop_scope="session")


LOADED = """() => [
  document.querySelector("img").naturalWidth > 0,
  getComputedStyle(document.querySelector("main")).display !== "block",
]"""
"""Whether the logo and the styles are there."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def site(touchstone_url: str) -> AsyncIterator[ProtectedSite]:
    site = ProtectedSite(touchstone_url)
    async with site.serving():
        yield site


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def guest(browser: Browser, touchstone_url: str) -> AsyncIterator[Visitor]:
    """One for all these tests, as a name is registered once. She is signed in at the service."""
    async with visiting(browser, touchstone_url) as visitor:
        await arrive_signed_in(visitor, GUEST, key_name="Laptop")
        visitor.expected_complaints |= {"401 (Unauthorized)", "403 (Forbidden)"}
        yield visitor


async def shows(visitor: Visitor, heading: str) -> None:
    await expect(visitor.page.get_by_role("heading", level=1)).to_have_text(heading)


async def test_a_page_opens_after_a_sign_in_that_costs_no_gesture(
    guest: Visitor, site: ProtectedSite
) -> None:
    await guest.page.goto(f"{site.url}/page?a=b&c=d")
    await shows(guest, f"Hello {GUEST}")
    assert guest.page.url == f"{site.url}/page?a=b&c=d"
    await guest.page.goto(f"{site.url}/other")
    await shows(guest, f"Hello {GUEST}")


async def test_a_page_asks_for_the_passkey_again_where_its_profile_does(
    guest: Visitor, site: ProtectedSite
) -> None:
    await guest.page.context.clear_cookies(name="__Host-touchstone-web")
    await guest.page.goto(f"{site.url}/.touchstone/start?to=/admin/users&again=1")
    await expect(guest.page.locator("#new-gesture")).to_be_visible()
    await guest.button("Confirm with a passkey").click()
    await shows(guest, f"Hello {GUEST}")
    assert guest.page.url == f"{site.url}/admin/users"


async def test_who_may_not_open_a_page_reads_why(guest: Visitor, site: ProtectedSite) -> None:
    await guest.page.goto(f"{site.url}/page")
    await shows(guest, f"Hello {GUEST}")
    await guest.page.goto(f"{site.url}/secret")
    await shows(guest, "This page does not open for you")
    alert = guest.page.get_by_role("alert")
    await expect(alert).to_contain_text(f"You are signed in as {GUEST}.")
    await expect(alert).to_contain_text("Your account is not among those that may open it.")
    await fits_and_is_readable(guest)
    await guest.page.set_viewport_size(NARROWEST)
    await guest.page.set_extra_http_headers(GERMAN)
    await guest.page.reload()
    await shows(guest, "Diese Seite öffnet sich nicht für Sie")
    await fits_and_is_readable(guest)
    await guest.page.set_extra_http_headers({})


async def test_our_pages_at_the_site_look_as_ours_each_time(
    guest: Visitor, site: ProtectedSite
) -> None:
    """What they load comes from our origin, and the second time from the browser's cache."""
    for _ in range(3):
        await guest.page.goto(f"{site.url}/.touchstone/sign-out")
        assert await guest.page.evaluate(LOADED) == [True, True]


async def test_signing_out_ends_it_everywhere(guest: Visitor, site: ProtectedSite) -> None:
    await guest.page.goto(f"{site.url}/page")
    await shows(guest, f"Hello {GUEST}")
    await guest.page.goto(f"{site.url}/.touchstone/sign-out")
    await shows(guest, "Sign out?")
    await fits_and_is_readable(guest)
    await guest.button("Sign out").click()
    await expect(guest.page.locator("#signed-out")).to_be_visible()
    await guest.page.goto(f"{site.url}/page")
    await expect(guest.page.locator("#client")).to_contain_text("site.localhost")
    await guest.button("Sign in with a passkey").click()
    await shows(guest, f"Hello {GUEST}")


async def test_another_session_in_the_browser_is_asked_about(
    guest: Visitor, site: ProtectedSite
) -> None:
    """The site does not rest on it."""
    await guest.page.goto(f"{site.url}/page")
    await guest.page.context.clear_cookies(name="__Host-touchstone-web")
    await guest.page.goto(f"{site.url}/.touchstone/sign-out")
    await guest.button("Sign out").click()
    await expect(guest.page.locator("#confirm")).to_be_visible()
    await guest.button("Sign out").click()
    await expect(guest.page.locator("#signed-out")).to_be_visible()
    # For the other tests.
    await guest.page.goto(f"{site.url}/page")
    await guest.button("Sign in with a passkey").click()
    await shows(guest, f"Hello {GUEST}")
