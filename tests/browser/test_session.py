"""The session is in cookies: it outlives the page, and no script can read it."""

import pytest
import pytest_asyncio
from playwright.async_api import Route, expect

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

ACCESS, REFRESH = "__Host-touchstone-access", "__Host-touchstone-refresh"
READABLE = "() => [document.cookie, ...Object.keys(localStorage), ...Object.keys(sessionStorage)]"
# As another site would, at best: the cookies go along, the CSRF token does not.
POST_WITHOUT_CSRF_TOKEN = """async () => {
  const headers = { "Content-Type": "application/json" };
  return (await fetch("register/begin", { method: "POST", headers, body: "{}" })).status;
}"""

REVOKE_FROM_AFAR = """(address) => fetch(address, {
  method: "POST", mode: "no-cors", credentials: "include", body: new URLSearchParams(),
})"""
TURN = """(state) => {
  Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def newcomer(visitor: Visitor, username: str) -> Visitor:
    """Who has signed in on the page."""
    await visitor.open()
    await visitor.register(username, key_name="Work laptop")
    await visitor.sign_in(username)
    await visitor.is_signed_in(username)
    await expect(visitor.keys).to_have_count(1)
    return visitor


async def held_cookies(visitor: Visitor) -> set[str]:
    return {cookie.get("name", "") for cookie in await visitor.page.context.cookies()}


async def test_tokens_are_in_cookies_that_scripts_cannot_read(newcomer: Visitor) -> None:
    cookies = await newcomer.page.context.cookies()
    assert {cookie.get("name") for cookie in cookies} == {ACCESS, REFRESH}
    for cookie in cookies:
        assert cookie.get("httpOnly")
        assert cookie.get("secure")
        assert cookie.get("sameSite") == "Strict"
    assert await newcomer.page.evaluate(READABLE) == [""]


async def test_a_browser_that_keeps_no_cookies_is_reported(visitor: Visitor, username: str) -> None:
    async def lose_cookies(route: Route) -> None:
        response = await route.fetch()
        await visitor.page.context.clear_cookies()
        await route.fulfill(status=response.status, body=await response.body())

    await visitor.open()
    await visitor.register(username)
    await visitor.page.route("**/authenticate/finish", lose_cookies)
    await visitor.sign_in(username)
    await visitor.warns("The browser stored no cookies")
    await expect(visitor.button("Sign in")).to_be_visible()


async def test_a_reload_stays_signed_in(newcomer: Visitor, username: str) -> None:
    await newcomer.reload()
    await expect(newcomer.page.locator("#who")).to_have_text(username)
    await expect(newcomer.page.locator("#with")).to_have_text("Work laptop")
    await expect(newcomer.keys).to_contain_text(["Used this time"])
    await expect(newcomer.page.get_by_role("status")).to_be_empty()


async def test_opening_can_be_retried_if_the_session_is_unknown(
    signed_in: Visitor, username: str
) -> None:
    signed_in.expected_complaints.add("net::ERR_FAILED")
    await signed_in.page.route("**/me", lambda route: route.abort(), times=1)
    await signed_in.open()
    await signed_in.warns("be reached")
    await signed_in.button("Try again").click()
    await expect(signed_in.page.locator("#who")).to_have_text(username)


async def test_opening_renews_an_expired_access_token(signed_in: Visitor, username: str) -> None:
    await signed_in.page.context.clear_cookies(name=ACCESS)
    await signed_in.open()
    await expect(signed_in.page.locator("#who")).to_have_text(username)
    assert await held_cookies(signed_in) == {ACCESS, REFRESH}


async def test_a_change_renews_an_expired_access_token(member: Visitor) -> None:
    member.expected_complaints.add("status of 401 ")
    await member.page.context.clear_cookies(name=ACCESS)
    await member.rename("Work laptop", "Desk")
    await member.says("Name saved")
    await expect(member.keys).to_contain_text(["Desk"])
    assert await held_cookies(member) == {ACCESS, REFRESH}


async def test_the_token_is_renewed_before_it_expires(visitor: Visitor, username: str) -> None:
    await visitor.page.clock.install()
    await visitor.open()
    await visitor.register(username)
    await visitor.sign_in(username)
    await visitor.is_signed_in(username)
    await expect(visitor.keys).to_have_count(1)
    async with visitor.page.expect_response("**/token") as renewal:
        await visitor.page.clock.fast_forward("04:45")
    assert (await renewal.value).status == 200


async def test_a_hidden_page_renews_the_token_when_it_is_visible_again(signed_in: Visitor) -> None:
    await signed_in.page.clock.install()
    await signed_in.open()
    await expect(signed_in.page.locator("#session-count")).to_have_text("1 session")
    renewals: list[str] = []
    signed_in.page.on("request", lambda request: renewals.append(request.url))
    await signed_in.page.evaluate(TURN, "hidden")
    await signed_in.page.clock.fast_forward("04:45")
    assert renewals == []
    async with signed_in.page.expect_response("**/token") as renewal:
        await signed_in.page.evaluate(TURN, "visible")
    assert (await renewal.value).status == 200


async def test_the_page_signs_out_after_its_session_was_ended_elsewhere(member: Visitor) -> None:
    member.expected_complaints.add("status of 401 ")
    await member.page.context.clear_cookies()
    await member.rename("Work laptop", "Desk")
    await member.says("Your sign-in has expired")
    await expect(member.button("Sign in")).to_be_visible()
    await expect(member.page.locator("#keys")).to_be_empty()


async def test_signing_out_deletes_the_cookies(member: Visitor) -> None:
    await member.button("Sign out").click()
    await member.says("Signed out")
    assert await held_cookies(member) == set()
    await expect(member.button("Sign in")).to_be_visible()
    await expect(member.page.locator("#claims")).to_be_empty()
    await member.reload()
    await expect(member.page.locator("#signed-out")).to_be_visible()


async def test_a_request_with_cookies_alone_changes_nothing(member: Visitor) -> None:
    member.expected_complaints.add("status of 403 ")
    assert await member.page.evaluate(POST_WITHOUT_CSRF_TOKEN) == 403


async def test_a_page_on_another_port_cannot_end_a_session(member: Visitor, username: str) -> None:
    """To a browser it is the same site, so that it sends the cookies along; not the same origin."""
    await member.page.context.grant_permissions(["local-network-access"])
    neighbour = await member.page.context.new_page()
    await neighbour.route("http://localhost:8888/", lambda route: route.fulfill(body="Hello"))
    await neighbour.goto("http://localhost:8888/")
    async with neighbour.expect_response("**/revoke") as refusal:
        await neighbour.evaluate(REVOKE_FROM_AFAR, f"{member.url}/revoke")
    response = await refusal.value
    assert REFRESH in (await response.request.header_value("cookie") or "")
    assert response.status == 403
    await neighbour.close()
    await member.reload()
    await expect(member.page.locator("#who")).to_have_text(username)


async def test_a_session_is_listed_and_can_be_ended(member: Visitor, username: str) -> None:
    await sign_in_as_elsewhere(member, username)
    await member.unfold("Where you are signed in")
    await expect(member.sessions).to_have_count(2)
    await expect(member.sessions.first).to_contain_text("This one")
    await expect(member.sessions.first).to_contain_text("Chrome on Linux")
    await member.sessions.nth(1).get_by_role("button", name="End this session").click()
    await member.says("Session ended")
    await expect(member.sessions).to_have_count(1)
    await expect(member.page.locator("#sessions-summary")).to_be_focused()
    await member.reload()
    await expect(member.page.locator("#session-count")).to_have_text("1 session")


async def test_signing_out_everywhere_ends_every_session(member: Visitor, username: str) -> None:
    await sign_in_as_elsewhere(member, username)
    await member.unfold("Where you are signed in")
    await member.button("Sign out everywhere").click()
    await member.answer("Sign out everywhere")
    await member.says("Signed out everywhere")
    assert await held_cookies(member) == set()
    await member.sign_in(username)
    await member.is_signed_in(username)
    await expect(member.page.locator("#session-count")).to_have_text("1 session")


async def sign_in_as_elsewhere(member: Visitor, username: str) -> None:
    """Once more, with the cookies of the first time left on no device of this test."""
    await member.page.context.clear_cookies()
    await member.reload()
    await member.sign_in(username)
    await member.is_signed_in(username)
    await expect(member.page.locator("#session-count")).to_have_text("2 sessions")
