"""Something else happens while a person is at a request: another request, account, tab or end."""

import asyncio
import re
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.people import PAYMENT, People
from tests.browser.test_requests import at_requests, looks_again

pytestmark = pytest.mark.asyncio(loop_scope="session")

COME_BACK = "() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
"""As after the button Back of a browser that kept the page."""

WATCH_LATE_ANSWER = """() => {
  const read = Response.prototype.text;
  Response.prototype.text = async function () {
    const told = await read.call(this);
    window.hasReadLate ||= told.includes("isLate");
    return told;
  };
}"""


async def until_late(page: Page) -> None:
    """The page has read the late answer."""
    async with asyncio.timeout(30):
        while not await page.evaluate("() => window.hasReadLate"):
            pass


def problem(slug: str, status: int) -> Callable[[Route], Awaitable[None]]:
    told = {"type": f"https://x.example/problems#{slug}", "status": status, "title": slug}
    return lambda route: route.fulfill(
        status=status, json=told, content_type="application/problem+json"
    )


async def another_hash(page: Page, address: str) -> None:
    await page.evaluate("(hash) => { location.hash = hash; }", address[-36:])


async def test_a_reason_is_not_kept_for_another_request(people: People) -> None:
    asker, first = people.asker, people.first
    one, other = [await asker.ask("servers", reason=each) for each in ("One", "Other")]
    page = first.visitor.page
    await first.open(one)
    await first.presses("Refuse")
    await page.get_by_label("Why do you refuse it?").fill("Only for the first")
    await another_hash(page, other)
    await expect(page.locator("[data-line='reason'] dd")).to_have_text("Other")
    await expect(page.locator("#refusal")).to_be_hidden()
    await first.presses("Refuse")
    await expect(page.get_by_label("Why do you refuse it?")).to_have_value("")


async def test_a_reason_may_be_written_in_several_lines(people: People) -> None:
    """It is one text: the service takes no line breaks."""
    asker, first = people.asker, people.first
    page = asker.visitor.page
    await at_requests(asker)
    await (
        page.locator("#offers > li", has_text="Production servers")
        .get_by_role("button", name="Ask for it")
        .click()
    )
    await page.get_by_label("Why do you need it?").fill("The shop\n\nis down")
    await asker.presses("Go on")
    await asker.sees("It waits for others")
    await expect(page.locator("[data-line='reason'] dd")).to_have_text("The shop is down")
    await first.open(page.url)
    await first.presses("Refuse")
    await first.visitor.page.get_by_label("Why do you refuse it?").fill("Not\nnow")
    await first.presses("Refuse it now")
    await asker.sees("Refused")
    await expect(page.locator(".reason")).to_have_text("Not now")


async def test_another_request_is_shown_once_the_work_on_this_one_is_done(people: People) -> None:
    asker, first = people.asker, people.first
    one, other = [await asker.ask("servers", reason=each) for each in ("One", "Other")]
    page, held = first.visitor.page, asyncio.Event()

    async def hold(route: Route) -> None:
        await held.wait()
        await route.continue_()

    await page.route("**/approvals/*/begin", hold, times=1)
    await first.open(one)
    async with page.expect_request("**/approvals/*/begin"):
        await first.presses("Approve with a passkey")
    await another_hash(page, other)
    held.set()
    await expect(page.locator("[data-line='reason'] dd")).to_have_text("Other")
    await first.sees("Do you approve this?")
    await asker.open(one)
    await asker.sees("Approved")


async def test_the_page_looks_who_is_there_if_another_tab_signed_in_somebody_else(
    people: People,
) -> None:
    asker, first = people.asker, people.first
    page = first.visitor.page
    await first.open(await asker.ask("servers", reason="Restart"))
    await first.sees("Do you approve this?")
    first.visitor.expected_complaints.add("status of 403 ")
    await page.route("**/approvals/*/begin", problem("csrf-refused", 403), times=1)
    async with page.expect_request("**/me"):
        await first.presses("Approve with a passkey")
    await first.sees("Do you approve this?")
    await expect(page.get_by_role("alert")).not_to_be_empty()


async def test_a_token_does_not_stay_on_the_page_after_the_session(people: People) -> None:
    asker, first, page = people.asker, people.first, people.asker.visitor.page
    address = await asker.ask("servers", reason="Restart the shop")
    await first.open(address)
    await first.presses("Approve with a passkey")
    await first.sees("Approved")
    token = page.locator("#token")
    for end in (COME_BACK, "the session ends"):
        await page.route(
            "**/token", lambda route: route.fulfill(json={"access_token": "ey.J0.X"}), times=1
        )
        await asker.open(address)
        await asker.presses("Get the token")
        await expect(token).to_have_value("ey.J0.X")
        if end is COME_BACK:
            async with page.expect_request("**/me"):
                await page.evaluate(end)
        else:
            asker.visitor.expected_complaints.add("status of 401 ")
            await page.route("**/approvals/*/withdraw", problem("token-invalid", 401), times=1)
            await page.route("**/token", problem("invalid", 400), times=1)
            asker.visitor.expected_complaints.add("status of 400 ")
            await asker.presses("Withdraw the request")
            await asker.visitor.answer("Withdraw it")
            await expect(page.locator("#enter-title")).to_be_visible()
        await expect(token).to_have_value("")


async def test_lists_are_read_again_when_somebody_comes_back(people: People) -> None:
    page = people.asker.visitor.page
    await at_requests(people.asker)
    await page.locator("#offers").get_by_role("button", name="Ask for it").first.click()
    await expect(page.locator("#asking-title")).to_be_focused()
    async with page.expect_request("**/me"):
        await page.evaluate(COME_BACK)
    await expect(page.locator("#asking")).to_be_hidden()
    await expect(page.locator("#offers-title")).to_be_visible()


async def test_signs_that_are_drawn_over_others_stay_in_their_line(people: People) -> None:
    """Many of them on one letter would cover what is above, with some fonts."""
    first = people.first
    payee = "x" + "\u030d" * 60
    address = await people.asker.ask("payments", PAYMENT | {"payee": payee}, reason="Invoice")
    clips = "(each) => getComputedStyle(each).overflowY"
    await first.open(address)
    await expect(first.visitor.page.locator("[data-line='what'] dd")).to_contain_text(payee)
    for line in await first.visitor.page.locator("#words :is(dt, dd)").all():
        assert await line.evaluate(clips) == "hidden"
    await at_requests(first)
    summary = first.visitor.page.locator(".summary", has_text=payee)
    assert await summary.first.evaluate(clips) == "hidden"


async def test_a_late_list_does_not_replace_a_newer_one(people: People) -> None:
    """It may be that of another account, which was signed in when it was asked for."""
    page, held = people.first.visitor.page, asyncio.Event()
    await people.asker.ask("servers", reason="Restart the shop")
    await at_requests(people.first)
    waiting = page.locator("#waiting > li")
    count = await waiting.count()

    async def late(route: Route) -> None:
        response = await route.fetch()
        await held.wait()
        await route.fulfill(response=response, json={"asked": [], "waiting": [], "isLate": True})

    await page.evaluate(WATCH_LATE_ANSWER)
    await page.route("**/approvals", late, times=1)
    async with page.expect_request("**/approvals"):
        await looks_again(people.first)
    async with page.expect_response("**/access"):
        await page.evaluate(COME_BACK)
    await expect(page.locator("#lists")).to_be_visible()
    held.set()
    await until_late(page)
    assert await waiting.count() == count


async def test_the_tab_tells_nothing_of_requests_after_the_session(people: People) -> None:
    first, page = people.first, people.first.visitor.page
    await people.asker.ask("servers", reason="Restart the shop")
    await at_requests(first)
    await expect(page).to_have_title(re.compile(r"^\(\d+\) "))
    first.visitor.expected_complaints |= {"status of 401 ", "status of 400 "}
    await page.route("**/approvals", problem("token-invalid", 401), times=1)
    await page.route("**/token", problem("invalid", 400), times=1)
    await looks_again(first)
    await expect(page.locator("#enter-title")).to_be_visible()
    await expect(page).not_to_have_title(re.compile(r"\(\d+\)"))
