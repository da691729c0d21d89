"""People open pages behind a proxy, with a passkey in Chromium."""

import re
from collections.abc import Mapping

import pytest
from playwright.async_api import expect

from tests.browser.visitor import Visitor
from tests.counterparts.clock import Clock
from tests.counterparts.forward_authentication.conftest import ADA, BOB
from tests.counterparts.forward_authentication.site import Site
from tests.counterparts.site import sign_in

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_person_signs_in_and_comes_back_to_the_page(site: Site, bob: Visitor) -> None:
    bob.expected_complaints.add("status of 401 ")
    await site.visit(bob, "/deep/path?x=1&y=%2F%26")
    await expect(bob.page).to_have_url(re.compile(f"^{re.escape(bob.url)}/"))
    await sign_in(bob)
    await site.shows(bob, "GET /deep/path")
    await expect(bob.page).to_have_url(f"{site.place.url}/deep/path?x=1&y=%2F%26")
    (received,) = site.received
    assert received.path == "/deep/path?x=1&y=%2F%26"
    assert received.headers["X-Auth-User"] == BOB
    cookie = await site.cookie(bob)
    assert (cookie["httpOnly"], cookie["secure"]) == (True, True)
    assert (cookie["sameSite"], cookie["path"]) == ("Lax", "/")


async def test_who_is_signed_in_makes_no_gesture_for_a_further_site(
    site: Site, sites: Mapping[str, Site], bob: Visitor
) -> None:
    await site.sign_in(bob)
    for other in sites.values():
        await other.visit(bob, "/page")
        await other.shows(bob, "GET /page")
    assert [each.headers["X-Auth-User"] for each in site.received] == [BOB] * (1 + len(sites))


async def test_another_person_is_refused(site: Site, ada: Visitor, bob: Visitor) -> None:
    await site.sign_in(bob)
    site.received.clear()
    bob.expected_complaints.add("status of 403 ")
    await site.visit(bob, "/admin/users")
    await expect(bob.page.locator("body")).to_contain_text("does not open for you")
    assert site.received == []

    await site.sign_in(ada, "/admin/users")
    (received,) = site.received
    assert received.headers["X-Auth-User"] == ADA
    assert received.headers["X-Auth-Profile"] == f"{site.proxy}-admin"


async def test_a_path_demands_a_new_gesture(site: Site, bob: Visitor, clock: Clock) -> None:
    await site.sign_in(bob)
    await site.visit(bob, "/payments/1")
    await site.shows(bob, "GET /payments/1")

    clock.is_fast(301)
    await site.visit(bob, "/page")
    await site.shows(bob, "GET /page")
    await site.visit(bob, "/payments/2")
    await bob.button("Confirm with a passkey").click()
    await site.shows(bob, "GET /payments/2")
    assert [each.path for each in site.received] == ["/", "/payments/1", "/page", "/payments/2"]


async def test_signing_out_at_one_site_ends_all(
    site: Site, sites: Mapping[str, Site], bob: Visitor, clock: Clock
) -> None:
    await site.sign_in(bob)
    for each in sites.values():
        await each.visit(bob, "/page")
        await each.shows(bob, "GET /page")
    await site.visit(bob, "/.touchstone/sign-out")
    await bob.button("Sign out").click()
    await expect(bob.page.locator("#signed-out")).to_be_visible()
    clock.is_fast(31)  # instances know it by then
    site.received.clear()
    for each in sites.values():
        await each.visit(bob, "/page")
        await expect(bob.button("Sign in with a passkey")).to_be_visible()
    assert site.received == []
