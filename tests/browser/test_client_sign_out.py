"""A person signs out: because an application asks for it, or by themselves."""

from urllib.parse import urlencode

import pytest
from playwright.async_api import Route, expect

from tests.browser.test_accessibility import GERMAN, NARROWEST, fits_and_is_readable, look_over
from tests.browser.test_client_sign_in import SHOW
from tests.browser.visitor import Visitor
from tests.fakes.openid_client import SIGNED_OUT

pytestmark = pytest.mark.asyncio(loop_scope="session")


def address(visitor: Visitor, **more: str) -> str:
    """As ASP.NET Core sends people: nothing says who asks, but for the address."""
    asked = {"post_logout_redirect_uri": SIGNED_OUT, "state": "the state", **more}
    return f"{visitor.url}/logout?{urlencode(asked)}"


async def test_the_person_decides_and_then_goes_back(signed_in: Visitor, username: str) -> None:
    brought: list[str] = []

    async def arrive(route: Route) -> None:
        brought.append(route.request.url)
        await route.fulfill(body="<h1>Bye</h1>", content_type="text/html")

    page = signed_in.page
    await page.route(f"{SIGNED_OUT}**", arrive)
    await page.goto(address(signed_in))
    await expect(page.locator("#asked-by [data-value=client]")).to_have_text("Desk")
    await expect(page.locator("#confirm [data-value=username]")).to_have_text(username)
    await expect(page.locator("#confirm-title")).to_be_focused()
    await look_over(signed_in)
    await signed_in.button("Stay signed in").click()
    await expect(page.locator("#still-title")).to_be_focused()
    await expect(page.locator("#back-link")).to_have_attribute(
        "href", f"{SIGNED_OUT}?state=the+state"
    )
    assert brought == []
    await page.goto(address(signed_in, ui_locales="de"))
    await expect(page.locator("html")).to_have_attribute("lang", "de")
    await page.reload()
    await signed_in.button("Abmelden").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Bye")
    assert brought == [f"{SIGNED_OUT}?state=the+state"]
    # The session has ended, so nobody is asked any more.
    await page.goto(f"{signed_in.url}/sign-out")
    await expect(page.locator("#signed-out-title")).to_be_visible()


async def test_the_page_fits_and_is_readable_in_each_situation(visitor: Visitor) -> None:
    page = visitor.page
    await page.set_viewport_size(NARROWEST)
    await page.set_extra_http_headers(GERMAN)
    await page.goto(f"{visitor.url}/sign-out")
    await expect(page.locator("#signed-out")).to_be_visible()
    for situation in ("confirm", "signed-out", "still", "over"):
        await page.evaluate(SHOW, situation)
        await look_over(visitor)
        await fits_and_is_readable(visitor)


async def test_an_application_that_asks_wrongly_keeps_nobody_signed_in(signed_in: Visitor) -> None:
    signed_in.expected_complaints.add("status of 400 ")
    page = signed_in.page
    await page.goto(address(signed_in, post_logout_redirect_uri="https://evil.example/"))
    await page.get_by_role("link", name="Sign out here").click()
    await signed_in.button("Sign out").click()
    await expect(page.locator("#signed-out-title")).to_be_visible()
