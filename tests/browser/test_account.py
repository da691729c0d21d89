import re

import pytest
from playwright.async_api import expect

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

AAGUID = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")


async def test_the_page_shows_the_passkey(member: Visitor) -> None:
    await expect(member.keys).to_contain_text(["Work laptop"])
    for fact in ("Device-bound", "Used this time", "this device", "Created", "Last used"):
        await expect(member.keys).to_contain_text([fact])
    await expect(member.keys.locator("dd code")).to_have_text([AAGUID])


async def test_a_second_authenticator_gets_its_own_passkey(member: Visitor) -> None:
    await member.take_another_authenticator()
    await member.add_another("Blue key")
    await member.says("Passkey added")
    await expect(member.keys).to_have_count(2)
    await expect(member.keys.filter(has_text="Blue key")).to_contain_text("USB")


async def test_the_second_passkey_signs_in(member: Visitor, username: str) -> None:
    await member.take_another_authenticator()
    await member.add_another("Blue key")
    await expect(member.keys).to_have_count(2)
    await member.button("Sign out").click()
    await member.sign_in(username)
    await member.is_signed_in(username)
    await expect(member.keys.filter(has_text="Used this time")).to_contain_text("Blue key")


async def test_an_authenticator_that_already_has_a_passkey_is_reported(member: Visitor) -> None:
    await member.add_another()
    await member.says("This device already has a passkey for your account")
    await expect(member.keys).to_have_count(1)


async def test_a_list_is_read_again_after_a_failed_read(visitor: Visitor, username: str) -> None:
    visitor.expected_complaints.add("net::ERR_FAILED")
    await visitor.open()
    await visitor.register(username)
    await visitor.page.route("**/me", lambda route: route.abort(), times=1)
    await visitor.sign_in(username)
    await visitor.warns("be reached")
    await visitor.button("Try again").click()
    await expect(visitor.keys).to_have_count(1)
    await expect(visitor.page.get_by_role("alert")).to_be_empty()


async def test_the_page_shows_the_claims_of_the_token(member: Visitor) -> None:
    await member.unfold("Your access token")
    token = member.page.get_by_role("region", name="Your access token")
    for name in ("authTime", "expiresAt", "amr", "acr", "aal", "scope", "roles", "session"):
        await expect(token.locator("dt code", has_text=re.compile(f"^{name}$"))).to_be_visible()
    moment = token.locator("dl div", has_text="Expires").locator("time")
    await expect(moment).to_have_attribute("datetime", re.compile(r"^20\d\d-\d\d-\d\dT"))
    await expect(token.get_by_role("timer")).to_contain_text("Valid for another")
    await expect(token).to_contain_text("in a cookie that no script can read")
