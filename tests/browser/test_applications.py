"""A person looks at the applications that use the account, and ends what one of them has."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.test_accessibility import NARROWEST, OVERFLOWS, PALE_TEXTS, look_over
from tests.browser.visitor import Visitor
from tests.fakes.openid_client import OpenIdClient

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def use(signed_in: Visitor, client: OpenIdClient, **asked: str) -> None:
    await signed_in.page.goto(client.address(signed_in.url, **asked))
    await expect(signed_in.page.get_by_role("heading", level=1)).to_have_text("signed in")


async def test_applications_are_shown_with_what_they_have_and_can_be_ended(
    signed_in: Visitor, client: OpenIdClient
) -> None:
    page = signed_in.page
    region = page.get_by_role("region", name="Applications that use your account")
    await expect(region).to_be_hidden()
    await use(signed_in, client, scope="openid profile offline_access")
    _, brought = client.brought[-1]
    tokens = await client.redeem(signed_in.url, brought["code"])
    await page.goto(client.address(signed_in.url, client_id="partner"))
    await signed_in.button("Allow").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("signed in")
    await signed_in.open()
    items = region.get_by_role("listitem")
    await expect(items).to_contain_text(["Desk", "Partner"])
    await expect(items.nth(0)).to_contain_text("Connected when you are away")
    await expect(items.nth(0)).to_contain_text(re.compile("Signed in.*this session"))
    await expect(items.nth(1)).to_contain_text("to know that it is you, your name and username")
    # The application's own session is no place where the person is signed in.
    await expect(page.locator("#session-count")).to_have_text("1 session")
    await page.emulate_media(color_scheme="dark")
    await page.set_viewport_size(NARROWEST)
    await look_over(signed_in)
    assert not await page.evaluate(OVERFLOWS)
    assert await page.evaluate(PALE_TEXTS) == []
    await page.get_by_role("button", name="End its access of Desk").press("Enter")
    await signed_in.says("Desk has no access any more")
    await expect(items).to_have_count(1)
    await expect(page.locator("#applications-title")).to_be_focused()
    refused = await client.refresh(signed_in.url, tokens["refresh_token"])
    assert refused["error"] == "invalid_grant"
    await page.get_by_role("button", name="End its access of Partner").press("Enter")
    await expect(region).to_be_hidden()
    await expect(page.locator("#keys-title")).to_be_focused()
