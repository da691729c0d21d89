"""A person asks on the page, and the others find it there."""

from typing import Any

import pytest
from playwright.async_api import Route, expect

from tests.browser.people import PAYMENT, People, Person
from tests.browser.test_accessibility import NARROWEST, fits_and_is_readable, look_over
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

READ_FIELDS = """async (offers) => {
  const { fieldsOf } = await import("/assets/access/fields.js");
  const place = document.createElement("form");
  document.body.append(place);
  const read = (offer) => {
    const fields = fieldsOf(offer);
    place.replaceChildren(...fields.elements);
    const controls = [...place.querySelectorAll("input, select, textarea")];
    controls.forEach((control, at) => {
      const value = offer.typed[at];
      if (control.type === "checkbox") control.checked = value;
      else if (value !== null) control.value = value;
    });
    return { kinds: controls.map((control) => control.type), details: fields.read() };
  };
  const found = offers.map(read);
  place.remove();
  return found;
}"""


async def at_requests(person: Person, query: str = "") -> None:
    await person.open(f"{person.visitor.url}/requests{query}")
    await expect(person.visitor.page.locator("#offers-title")).to_be_visible()


async def looks_again(person: Person) -> None:
    """As when the window comes to the front; otherwise it does so every ten seconds."""
    await person.visitor.page.evaluate("() => dispatchEvent(new Event('focus'))")


async def test_somebody_asks_by_fields_and_others_find_it_while_their_page_is_open(
    people: People,
) -> None:
    asker, first = people.asker, people.first
    await at_requests(first)
    waiting = first.visitor.page.locator("#waiting > li", has_text="Payments")
    before = await waiting.count()
    await at_requests(asker)
    page = asker.visitor.page
    offer = page.locator("#offers > li", has_text="Payments")
    await expect(offer.locator(".takes > li")).to_have_text(
        ["your passkey, for this request alone", "approval by 2 others"]
    )
    await look_over(asker.visitor)
    await offer.get_by_role("button", name="Ask for it").click()
    await expect(page.locator("#asking-title")).to_be_focused()
    await page.get_by_label("amount").fill("75")
    await page.get_by_label("currency").select_option("USD")
    await page.get_by_label("To whom").fill("Paper & Co")
    await page.get_by_label("urgent").check()
    await page.get_by_label("Why do you need it?").fill("The fair")
    await asker.presses("Go on")
    await asker.sees("Is this what you ask for?")
    what = page.locator("[data-line='what'] dd")
    await expect(what).to_have_text("Pay 75 “USD” to “Paper & Co”")
    await expect(page.locator("[data-line='details.urgent'] dd")).to_have_text("true")
    await looks_again(first)
    await expect(waiting).to_have_count(before + 1)
    await expect(first.visitor.page.locator("#news")).to_contain_text("wait for your decision")
    summary = waiting.last.locator(".summary")
    await expect(summary).to_have_text("Pay 75 “USD” to “Paper & Co”; details.urgent “true”")
    await waiting.last.get_by_role("link", name="See it and decide").click()
    await first.sees("Do you approve this?")


@pytest.mark.parametrize(
    ("title", "gives", "name", "hint"),
    [
        ("The database of orders", "a token of Microsoft Entra", "orders-reader", "by this name"),
        ("Orders, reading", "a connection to PostgreSQL", "orders-connection", "psql 18"),
    ],
)
async def test_what_nobody_has_to_approve_says_how_programs_get_it(
    people: People, title: str, gives: str, name: str, hint: str
) -> None:
    asker = people.asker
    await at_requests(asker)
    offer = asker.visitor.page.locator("#offers > li", has_text=title)
    await expect(offer.get_by_role("button")).to_have_count(0)
    await expect(offer.locator("dd").first).to_have_text(gives)
    await expect(offer.locator("code")).to_have_text(name)
    await expect(offer.locator(".hint")).to_contain_text(hint)
    await look_over(asker.visitor)
    await at_requests(asker, "?ui_locales=de")
    await expect(offer.locator(".hint")).to_contain_text("mit diesem Namen")


async def test_the_list_marks_what_is_unusual_and_runs_nothing(people: People) -> None:
    payee = "<img src=x onerror=alert(1)> \u202egpj.exe"
    address = await people.asker.ask("payments", PAYMENT | {"payee": payee}, reason="Invoice")
    await at_requests(people.first)
    page = people.first.visitor.page
    summary = page.locator(f"#waiting > [data-id='{address[-36:]}'] .summary")
    await expect(summary).to_have_text(
        "Pay 120 “EUR” to “<img src=x onerror=alert(1)> [U+202E]gpj.exe” written in an unusual way"
    )
    await expect(summary.locator("mark")).to_have_text("[U+202E]")
    await expect(page.locator("main img")).to_have_count(0)


async def test_a_fresh_sign_in_is_made_where_one_is_needed_and_nothing_typed_is_lost(
    people: People,
) -> None:
    asker, page = people.asker, people.asker.visitor.page
    asker.visitor.expected_complaints.add("status of 401 ")
    refusal = {"type": "https://x.example/problems#step-up-required", "status": 401}
    await at_requests(asker)
    offer = page.locator("#offers > li", has_text="Production servers")
    await offer.get_by_role("button", name="Ask for it").click()
    await page.get_by_label("Why do you need it?").fill("The shop does not answer")
    await page.route(
        "**/approvals",
        lambda route: route.fulfill(
            status=401, json=refusal, content_type="application/problem+json"
        ),
        times=1,
    )
    await asker.presses("Go on")
    await asker.visitor.says("This takes a fresh sign-in")
    await asker.presses("Sign in again")
    await asker.sees("It waits for others")
    reason = page.locator("[data-line='reason'] dd")
    await expect(reason).to_have_text("The shop does not answer")


async def test_fields_give_what_the_schema_describes_and_json_does_the_rest(
    people: People,
) -> None:
    simple = {
        "count": {"type": "integer", "minimum": 1},
        "share": {"type": "number"},
        "level": {"enum": [1, "high", None]},
        "note": {"type": "string"},
        "left": {"type": "string"},
        "sure": {"type": "boolean"},
        "unit": {"const": "kg"},
    }
    nested = {"target": {"type": "object", "properties": {"disk": {"type": "integer"}}}}

    def offer(properties: dict[str, Any], *typed: object, required: list[str]) -> dict[str, Any]:
        schema = {"type": "object", "properties": properties, "required": required}
        return {"kind": "custom", "schema": schema, "typed": typed}

    await at_requests(people.asker)
    found = await people.asker.visitor.page.evaluate(
        READ_FIELDS,
        [
            offer(simple, "2", "0.5", "0", "<b>", None, False, required=["sure", "count"]),
            offer(nested, '{"target": {"disk": 1}}', required=[]),
            {"kind": "azure-sql", "typed": []},
        ],
    )
    assert found[0]["kinds"] == ["number", "number", "select-one", "text", "text", "checkbox"]
    assert found[0]["details"] == {
        "count": 2,
        "share": 0.5,
        "level": 1,
        "note": "<b>",
        "sure": False,
        "unit": "kg",
    }
    assert found[1] == {"kinds": ["textarea"], "details": {"target": {"disk": 1}}}
    assert found[2] == {"kinds": [], "details": {}}


async def test_the_page_of_the_account_leads_there_only_if_there_is_something(
    people: People, signed_in: Visitor
) -> None:
    page = people.asker.visitor.page
    await page.goto(people.asker.visitor.url)
    await page.get_by_role("link", name="Ask and decide").click()
    await expect(page.locator("#offers-title")).to_be_visible()
    async with signed_in.page.expect_response("**/approvals"):
        await signed_in.open()
    await expect(signed_in.page.get_by_role("link", name="Ask and decide")).to_be_hidden()
    await signed_in.page.goto(f"{signed_in.url}/requests")
    await expect(signed_in.page.locator("#no-offers")).to_be_visible()


async def test_what_is_not_met_is_said_with_what_to_do(people: People) -> None:
    """The service says it; a test cannot wait until a sign-in is old."""
    asker, page = people.asker, people.asker.visitor.page
    stale = {"demand": "gesture-too-old", "toDo": "sign-in-again", "maxAge": 300}
    closed = {"demand": "outside-window", "toDo": "wait"}

    async def answer(route: Route) -> None:
        found = await (response := await route.fetch()).json()
        asked_for = [offer for offer in found["access"] if offer["needsApproval"]]
        for offer, unmet in zip(asked_for, ([stale], [closed]), strict=True):
            offer["unmet"] = unmet
        await route.fulfill(response=response, json=found)

    await page.route("**/access", answer, times=1)
    await at_requests(asker)
    offers = page.locator("#offers > li")
    await expect(offers.locator(".unmet")).to_have_text(
        ["Your sign-in is too long ago.", "It is not the time for it now."]
    )
    await expect(page.get_by_role("button", name="Ask for it")).to_have_count(0)
    await offers.get_by_role("button", name="Sign in again").click()
    await expect(page.get_by_role("button", name="Ask for it")).to_have_count(2)


async def test_the_page_fits_and_is_readable(people: People) -> None:
    asker, page = people.asker, people.asker.visitor.page
    await asker.ask("servers", reason="Restart the shop")
    await page.set_viewport_size(NARROWEST)
    await at_requests(asker, "?ui_locales=de")
    await fits_and_is_readable(asker.visitor)
    await page.get_by_role("button", name="Anfragen").first.click()
    await look_over(asker.visitor)
    await fits_and_is_readable(asker.visitor)
