"""People decide about what somebody asks for, each in a browser of their own."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Route, expect

from tests.browser.people import PAYMENT, People
from tests.browser.test_accessibility import NARROWEST, fits_and_is_readable, look_over
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")


def answering(changes: dict[str, Any]) -> Callable[[Route], Awaitable[None]]:
    async def answer(route: Route) -> None:
        response = await route.fetch()
        await route.fulfill(response=response, json=await response.json() | changes)

    return answer


async def test_two_others_approve_what_somebody_confirms_and_the_receipt_is_saved(
    people: People, tmp_path: Path
) -> None:
    asker, first, second = people.asker, people.first, people.second
    address = await asker.ask("payments", PAYMENT, reason="Invoice 4711")
    for each in (asker, first, second):
        await each.open(address)
    what = first.visitor.page.locator("[data-line='what'] dd")
    await expect(what).to_have_text("Pay 120 “EUR” to “Printer & Sons”")
    await look_over(first.visitor)
    await asker.sees("Is this what you ask for?")
    await asker.presses("Confirm with a passkey")
    await asker.sees("It waits for others")
    await first.presses("Approve with a passkey")
    await first.sees("You have approved it")
    await expect(first.visitor.page.locator("#state")).to_be_focused()
    await second.presses("Approve with a passkey")
    await second.sees("Approved")
    # The others see it without doing anything.
    await asker.sees("Approved")
    await first.sees("Approved")
    decided = first.visitor.page.locator("#decisions > li")
    await expect(decided).to_contain_text(
        [f"{asker.name}confirmed", f"{first.name}approved", f"{second.name}approved"]
    )
    async with asker.visitor.page.expect_download() as saving:
        await asker.presses("Save the receipt")
    saved = await saving.value
    await saved.save_as(tmp_path / saved.suggested_filename)
    receipt = json.loads((tmp_path / f"approval-{address[-36:]}.json").read_text())
    assert [each["role"] for each in receipt["gestures"]] == ["ask", "approve", "approve"]
    assert json.loads(receipt["statement"])["details"] == PAYMENT


async def test_whoever_refuses_says_why_and_whoever_asked_reads_it(people: People) -> None:
    asker, first = people.asker, people.first
    address = await asker.ask("servers", reason="Restart the shop")
    await asker.open(address)
    await asker.sees("It waits for others")
    await first.open(address)
    await first.sees("Do you approve this?")
    await first.presses("Refuse")
    await expect(first.visitor.page.get_by_label("Why do you refuse it?")).to_be_focused()
    await first.visitor.page.keyboard.type("<b>Not</b> today")
    await first.presses("Refuse it now")
    await first.sees("Refused")
    await expect(first.visitor.button("Approve with a passkey")).to_be_hidden()
    await asker.sees("Refused")
    await expect(asker.visitor.page.locator(".reason")).to_have_text("<b>Not</b> today")
    await expect(asker.visitor.page.locator("#acts")).to_be_hidden()


async def test_whoever_asked_withdraws_and_others_see_it(people: People) -> None:
    asker, first = people.asker, people.first
    address = await asker.ask("servers", reason="Restart the shop")
    await first.open(address)
    await asker.open(address)
    await asker.presses("Withdraw the request")
    await asker.visitor.answer("Keep it")
    await expect(asker.visitor.button("Withdraw the request")).to_be_focused()
    await asker.presses("Withdraw the request")
    await asker.visitor.answer("Withdraw it")
    await asker.sees("Withdrawn")
    await first.sees("Withdrawn")
    await expect(first.visitor.page.locator("#acts")).to_be_hidden()


async def test_texts_that_read_otherwise_than_they_run_are_marked_and_run_nothing(
    people: People,
) -> None:
    asker, first = people.asker, people.first
    payee = "<img src=x onerror=alert(1)> \u202egpj.exe p\u0430ypal"
    address = await asker.ask("payments", PAYMENT | {"payee": payee}, reason="x" * 400)
    page = first.visitor.page
    await first.open(address)
    await first.sees("Do you approve this?")
    await expect(page.locator("#unusual")).to_be_visible()
    what = page.locator("[data-line='what']")
    await expect(what.locator("bdi").last).to_contain_text("<img src=x onerror=alert(1)> [U+202E]")
    await expect(what.locator("mark")).to_have_text(["[U+202E]"])
    await expect(what).to_have_attribute("data-marks", "direction scripts")
    await expect(what.locator(".unusual")).to_have_count(2)
    await expect(page.locator("[data-line='reason'] .unusual")).to_contain_text("400 characters")
    await expect(page.locator("main img")).to_have_count(0)
    isolation = "(bdi) => getComputedStyle(bdi).unicodeBidi"
    assert await page.locator("#words bdi").first.evaluate(isolation) == "isolate"


async def test_each_end_is_said_with_what_comes_next_and_nothing_is_left_to_press(
    people: People,
) -> None:
    """The service says them; a test cannot wait until the time is over."""
    asker = people.asker
    address = await asker.ask("servers", reason="Restart the shop")
    page = asker.visitor.page
    over = {"mayWithdraw": False}
    ends: list[tuple[dict[str, Any], str, str]] = [
        ({"status": "expired", **over}, "The time is over", "If you still need it, ask again"),
        ({"status": "used", **over}, "Approved, and used", "If you need it again, ask again"),
        ({"lapse": "session-ended"}, "It came to nothing", "has to sign in and ask again"),
    ]
    for changes, state, next_step in ends:
        await page.route("**/approvals/*", answering(changes), times=1)
        await asker.open(address)
        await asker.sees(state)
        await expect(page.locator("#state > p")).to_contain_text(next_step)
        await expect(page.locator("#acts")).to_be_hidden()


async def test_a_stranger_is_told_so_and_goes_on_with_the_right_account(
    people: People, visitor: Visitor
) -> None:
    address = await people.asker.ask("servers", reason="Restart the shop")
    await visitor.page.goto(f"{visitor.url}/approve")
    await expect(visitor.page.locator("#incomplete-title")).to_be_focused()
    await visitor.page.goto(address)
    await expect(visitor.page.locator("#enter-title")).to_be_focused()
    visitor.expected_complaints.add("status of 404 ")
    async with people.second.lending_passkey(visitor):
        await visitor.button("Sign in with a passkey").click()
        await expect(visitor.page.locator("#stranger-title")).to_be_focused()
    stranger = visitor.page.locator("#stranger")
    await expect(stranger).to_contain_text(f"signed in as {people.second.name}")
    async with people.asker.lending_passkey(visitor):
        await stranger.get_by_role("button", name="Use another account").click()
        await expect(visitor.page.locator("#state > strong")).to_have_text("It waits for others")


async def test_nothing_can_be_pressed_for_another_request_than_the_one_that_is_shown(
    people: People,
) -> None:
    asker, first = people.asker, people.first
    shown = await asker.ask("servers", reason="Harmless")
    other = await asker.ask("servers", reason="Not harmless")
    await first.open(shown)
    await first.sees("Do you approve this?")
    first.visitor.expected_complaints.add("net::ERR_FAILED")
    await first.visitor.page.route("**/approvals/*", lambda route: route.abort())
    await first.open(other)
    await first.visitor.warns("be reached")
    await expect(first.visitor.button("Approve with a passkey")).to_be_hidden()
    await first.visitor.page.unroute_all()
    await first.presses("Try again")
    reason = first.visitor.page.locator("[data-line='reason'] dd")
    await expect(reason).to_have_text("Not harmless")


async def test_the_page_fits_and_is_readable(people: People) -> None:
    first = people.first
    payee = "p\u0430ypal" + "W" * 60
    address = await people.asker.ask("payments", PAYMENT | {"payee": payee}, reason="x" * 400)
    page = first.visitor.page
    await page.set_viewport_size(NARROWEST)
    await first.open(f"{first.visitor.url}/approve?ui_locales=de#{address[-36:]}")
    await first.presses("Ablehnen")
    await look_over(first.visitor)
    await fits_and_is_readable(first.visitor)
