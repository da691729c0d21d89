"""A person finds the own requests, and those that wait for a decision."""

import pytest
from playwright.async_api import expect

from tests.browser.people import PAYMENT, People, Person
from tests.browser.test_accessibility import NARROWEST, fits_and_is_readable, look_over
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def at_requests(person: Person, query: str = "") -> None:
    await person.open(f"{person.visitor.url}/requests{query}")
    await expect(person.visitor.page.locator("#lists")).to_be_visible()


async def looks_again(person: Person) -> None:
    """As when the window comes to the front; otherwise it does so every ten seconds."""
    await person.visitor.page.evaluate("() => dispatchEvent(new Event('focus'))")


async def test_a_request_appears_in_the_lists_while_the_pages_are_open(people: People) -> None:
    asker, first = people.asker, people.first
    for each in (asker, first):
        await at_requests(each)
    waiting = first.visitor.page.locator("#waiting > li")
    asked = asker.visitor.page.locator("#asked > li")
    before = await waiting.count(), await asked.count()
    await asker.ask("payments", PAYMENT, reason="Invoice 4711")
    for each in (asker, first):
        await looks_again(each)
    await expect(waiting).to_have_count(before[0] + 1)
    await expect(first.visitor.page.locator("#news")).to_contain_text(f"{before[0] + 1} requests")
    await expect(asked).to_have_count(before[1] + 1)
    await expect(asked.first.locator(".row-name")).to_have_text("Paymentswaiting")
    await expect(asked.first).to_contain_text("2 more approvals are needed.")
    await waiting.last.get_by_role("link", name="See it and decide").click()
    await first.sees("Do you approve this?")


async def test_the_page_of_the_account_leads_there_only_if_there_is_something(
    people: People, signed_in: Visitor
) -> None:
    page = people.asker.visitor.page
    await people.asker.ask("payments", PAYMENT, reason="Invoice 4711")
    await page.goto(people.asker.visitor.url)
    await page.get_by_role("link", name="See the requests").click()
    await expect(page.locator("#asked-title")).to_be_visible()
    async with signed_in.page.expect_response("**/approvals"):
        await signed_in.open()
    await expect(signed_in.page.get_by_role("link", name="See the requests")).to_be_hidden()
    await signed_in.page.goto(f"{signed_in.url}/requests")
    await expect(signed_in.page.locator("#nothing")).to_be_visible()


async def test_the_page_fits_and_is_readable(people: People) -> None:
    asker = people.asker
    await asker.ask("servers", reason="Restart the shop")
    await asker.visitor.page.set_viewport_size(NARROWEST)
    await at_requests(asker, "?ui_locales=de")
    await look_over(asker.visitor)
    await fits_and_is_readable(asker.visitor)
