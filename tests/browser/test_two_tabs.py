"""Two tabs share one sign-in: what one does to it, the other shows before it does anything."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from playwright.async_api import Route, expect

from tests.browser.visitor import VirtualAuthenticator, Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

type Attention = Callable[[Visitor], Awaitable[None]]

WITHOUT_A_CHANNEL = "delete window.BroadcastChannel"
ACCESS = "__Host-touchstone-access"


@pytest_asyncio.fixture(loop_scope="session")
async def other(visitor: Visitor) -> AsyncIterator[Visitor]:
    """A second tab of the visitor's browser, with the same passkeys at hand."""
    page = await visitor.page.context.new_page()
    cdp = await visitor.page.context.new_cdp_session(page)
    await cdp.send("WebAuthn.enable", {"enableUI": False})
    authenticator = await VirtualAuthenticator.plug_in(cdp)
    other = Visitor(page=page, cdp=cdp, url=visitor.url, authenticator=authenticator)
    await other.settle_in()
    yield other
    await page.close()
    assert other.complaints == []


async def bring_passkeys(origin: Visitor, target: Visitor) -> None:
    for credential in await origin.authenticator.credentials():
        await target.authenticator.put(credential)


async def focus(visitor: Visitor) -> None:
    await visitor.page.evaluate("() => void dispatchEvent(new Event('focus'))")


async def turn_to(visitor: Visitor) -> None:
    await visitor.page.evaluate("() => void document.dispatchEvent(new Event('visibilitychange'))")


async def act(visitor: Visitor) -> None:
    """Send a request whose answer alone does not show the change."""
    await visitor.button("Add another passkey").click()


async def wait_for_the_other_tab(visitor: Visitor) -> None:
    """Do nothing in this tab: the other tab sends it a message."""


async def hide_the_channel(other: Visitor) -> None:
    """The tab that is opened next sends no messages."""
    await other.page.add_init_script(WITHOUT_A_CHANNEL)


@pytest.mark.parametrize("attention", [focus, turn_to, act, wait_for_the_other_tab])
async def test_a_sign_out_in_another_tab_is_shown(
    member: Visitor, other: Visitor, attention: Attention
) -> None:
    if attention is not wait_for_the_other_tab:
        await hide_the_channel(other)
    await other.open()
    await other.button("Sign out").click()
    await other.says("Signed out")
    await attention(member)
    await member.says("Your sign-in has expired")
    await expect(member.page.locator("#signed-out")).to_be_visible()
    await expect(member.page.locator("#keys")).to_be_empty()
    await expect(member.page.get_by_role("alert")).to_be_empty()


@pytest.mark.parametrize("attention", [focus, act, wait_for_the_other_tab])
async def test_a_sign_in_of_another_person_in_another_tab_is_shown(
    member: Visitor, other: Visitor, username: str, attention: Attention
) -> None:
    """A request that one person made is not carried out for another person."""
    if attention is not wait_for_the_other_tab:
        await hide_the_channel(other)
    await expect(member.keys).to_have_count(1)
    made = await member.authenticator.credential_ids()
    await other.open()
    await other.button("Sign out").click()
    await other.register(f"{username}-2", key_name="Phone")
    await other.button("Sign in").click()
    await other.is_signed_in(f"{username}-2")
    await attention(member)
    await expect(member.page.locator("#who")).to_have_text(f"{username}-2")
    await expect(member.keys).to_contain_text(["Phone"])
    assert await member.authenticator.credential_ids() == made


async def test_the_page_says_that_another_person_signed_in(
    member: Visitor, other: Visitor, username: str
) -> None:
    await hide_the_channel(other)
    await other.open()
    await other.button("Sign out").click()
    await other.register(f"{username}-2")
    await other.button("Sign in").click()
    await other.is_signed_in(f"{username}-2")
    await act(member)
    await member.says("Somebody else signed in in another tab")
    await expect(member.page.get_by_role("alert")).to_be_empty()


async def test_a_session_that_replaced_the_old_one_can_be_used(
    member: Visitor, other: Visitor, username: str
) -> None:
    await hide_the_channel(other)
    await bring_passkeys(member, other)
    await other.open()
    await other.button("Sign out").click()
    await other.sign_in(username)
    await other.is_signed_in(username)
    await focus(member)
    await member.says("You signed in again in another tab")
    await member.rename("Work laptop", "Desk")
    await member.says("name is now “Desk”")


@pytest.mark.parametrize("run_out", [False, True])
async def test_an_open_dialog_changes_nothing_for_another_person(
    member: Visitor, other: Visitor, username: str, *, run_out: bool
) -> None:
    """While it is open the session is replaced, and its access token may run out."""
    member.expected_complaints |= {"status of 401 ", "status of 403 "}
    await hide_the_channel(other)
    await member.remove("Work laptop")
    await other.open()
    await other.button("Sign out").click()
    await other.register(f"{username}-2", key_name="Phone")
    await other.button("Sign in").click()
    await other.is_signed_in(f"{username}-2")
    await expect(other.page.locator("#session-count")).to_have_text("1 session")
    if run_out:
        await other.page.context.clear_cookies(name=ACCESS)
    await member.answer("Remove it")
    await member.says("Somebody else signed in in another tab")
    await expect(member.keys).to_contain_text(["Phone"])


async def test_the_result_for_one_person_is_not_shown_to_another(
    member: Visitor, other: Visitor, username: str
) -> None:
    """The answer comes after another person signed in, and this tab has not noticed that yet."""
    done, seen = asyncio.Event(), asyncio.Event()

    async def hold_the_answer(route: Route) -> None:
        response = await route.fetch()
        done.set()
        await seen.wait()
        await route.fulfill(response=response)

    await hide_the_channel(other)
    await member.page.route("**/register/finish", hold_the_answer)
    await member.page.bring_to_front()
    await member.take_another_authenticator()
    await member.add_another("Blue key")
    await done.wait()
    await other.page.bring_to_front()
    await other.open()
    await other.button("Sign out").click()
    await other.register(f"{username}-2", key_name="Phone")
    await other.button("Sign in").click()
    await other.is_signed_in(f"{username}-2")
    seen.set()
    await expect(member.page.locator("#who")).to_have_text(f"{username}-2")
    await member.says("Somebody else signed in in another tab")
    await member.says("was carried out, for the account that was shown before")


async def test_a_sign_in_in_another_tab_is_shown(
    visitor: Visitor, other: Visitor, username: str
) -> None:
    await visitor.open()
    await other.open()
    await other.register(username)
    await other.button("Sign in").click()
    await other.is_signed_in(username)
    await visitor.says("You signed in in another tab")
    await expect(visitor.page.locator("#who")).to_have_text(username)


async def test_an_unchanged_session_shows_no_message(member: Visitor) -> None:
    async with member.page.expect_response("**/me"):
        await focus(member)
    await expect(member.page.get_by_role("status")).to_be_empty()
    await expect(member.page.locator("#signed-in")).to_be_visible()


async def test_a_passkey_is_added_after_the_access_token_has_expired(member: Visitor) -> None:
    await member.take_another_authenticator()
    await member.page.context.clear_cookies(name=ACCESS)
    await member.add_another("Blue key")
    await member.says("Passkey added")
    await expect(member.keys).to_have_count(2)
