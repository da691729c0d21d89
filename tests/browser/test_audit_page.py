"""The page for readers of the audit log: what it shows, and to whom."""

import asyncio
import re
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import Route, expect

from devhost.azurite import Azurite
from shared.audit.event import Kind
from tests.api import Api
from tests.authenticator import SoftAuthenticator, base64url
from tests.browser.auditor import (
    arrive_as_auditor,
    dialog,
    open_audit,
    open_first,
    open_verified,
    rows,
    seal_all,
    show,
    take_in,
)
from tests.browser.test_accessibility import NARROWEST, OVERFLOWS, PALE_TEXTS, look_over
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

GAP = 20
"""Pixels between any two parts of the page."""


@pytest_asyncio.fixture(loop_scope="session")
async def reader(visitor: Visitor, username: str, azurite: Azurite) -> Visitor:
    await arrive_as_auditor(visitor, username, azurite)
    return visitor


async def openers(visitor: Visitor) -> list[str]:
    """Each is called Open entry and its number."""
    return await rows(visitor).get_by_role("button").all_text_contents()


async def test_a_reader_finds_events_and_opens_one(reader: Visitor, username: str) -> None:
    await open_verified(reader)
    await show(reader, User=username, Kind="authentication.finished")
    await expect(rows(reader)).to_have_count(2)
    for text in (username, "Work laptop", "success"):
        await expect(rows(reader).first).to_contain_text(text)
    opened = await open_first(reader)
    await expect(opened).to_contain_text("Proven: it is in the tree")
    for text in ("authenticatorFlags", "UP UV", "webauthn.get", "actorName"):
        await expect(opened).to_contain_text(text)
    await reader.answer("Close")
    await expect(opened).to_be_hidden()


async def test_events_are_removed_from_the_page_after_a_sign_out_in_another_tab(
    reader: Visitor,
) -> None:
    """The other tab calls only the service, and sends no message to this tab."""
    reader.expected_complaints.add("status of 401 ")
    await open_verified(reader)
    await expect(rows(reader).first).to_be_visible()
    sent = await reader.page.context.request.post(
        f"{reader.url}/revoke", headers={"Origin": reader.url}, form={}
    )
    assert sent.ok
    await reader.page.evaluate("() => void dispatchEvent(new Event('focus'))")
    await expect(reader.page.locator("main")).to_contain_text("Sign in first")
    await expect(rows(reader)).to_have_count(0)


async def test_empty_live_regions_take_no_space(reader: Visitor) -> None:
    await open_verified(reader)
    title = await reader.page.locator("#title").bounding_box()
    trail = await reader.page.locator("#trail").bounding_box()
    assert title is not None
    assert trail is not None
    assert trail["y"] - title["y"] - title["height"] == GAP


async def test_filters_hide_events_that_do_not_match(reader: Visitor, username: str) -> None:
    await open_audit(reader)
    await show(reader, User=username, Outcome="failure")
    await expect(rows(reader)).to_have_count(0)
    await expect(reader.page.get_by_text("No event matches the filter.")).to_be_visible()
    await show(reader, Outcome="success", Kind="registration.finished")
    await expect(rows(reader)).to_have_count(1)


ENDS = [
    ({"From": "2000-01-01T00:00", "To": ""}, 1),
    ({"From": "2999-01-01T00:00", "To": ""}, 0),
    ({"From": "", "To": "2999-01-01T00:00"}, 1),
    ({"From": "", "To": "2000-01-01T00:00"}, 0),
]


async def test_events_can_be_filtered_by_time(reader: Visitor, username: str) -> None:
    await open_audit(reader)
    for ends, count in ENDS:
        await show(reader, User=username, Kind="registration.finished", **ends)
        await expect(rows(reader)).to_have_count(count)
        await expect(reader.page.locator("#none:visible, #events tr")).to_have_count(1)


async def test_every_kind_can_be_chosen(reader: Visitor) -> None:
    await open_audit(reader)
    kinds = reader.page.get_by_label("Kind", exact=True).locator("option")
    await expect(kinds).to_have_text(["All", *(kind.value for kind in Kind)])


async def test_older_events_are_listed_after_newer_ones(reader: Visitor, username: str) -> None:
    """An empty page with a link to the next page is not the last page."""

    async def two_at_a_time(route: Route) -> None:
        url = route.request.url.replace("limit=50", "limit=2")
        if "before=" not in url:
            newest = (await (await route.fetch(url=url)).json())["entries"][0]["index"]
            await route.fulfill(json={"entries": [], "next": newest + 1, "size": newest + 1})
        else:
            await route.fulfill(response=await route.fetch(url=url))

    await reader.page.route("**/audit/events?*", two_at_a_time)
    await open_audit(reader)
    await show(reader, User=username, Outcome="success")
    await expect(rows(reader)).to_have_count(2)
    first = await openers(reader)
    await reader.button("Show older events").click()
    await expect(rows(reader)).to_have_count(3)
    numbers = [int(text.rpartition(" ")[2]) for text in await openers(reader)]
    assert (await openers(reader))[:2] == first
    assert numbers == sorted(set(numbers), reverse=True)


async def test_a_late_answer_is_not_mixed_with_a_newer_query(
    reader: Visitor, username: str
) -> None:
    late = asyncio.Event()

    async def delay_what_is_not_filtered(route: Route) -> None:
        response = await route.fetch()
        if "user=" not in route.request.url:
            await late.wait()
        await route.fulfill(response=response)

    await reader.page.route("**/audit/events?*", delay_what_is_not_filtered)
    await open_verified(reader)
    await show(reader, User=username, Kind="registration.finished")
    await expect(rows(reader)).to_have_count(1)
    async with reader.page.expect_request_finished():
        late.set()
    await take_in(reader)
    await expect(rows(reader)).to_have_count(1)


async def test_evidence_that_cannot_be_parsed_is_shown_and_proven(
    reader: Visitor, username: str
) -> None:
    """The client of a failed sign-in chooses the content of its evidence."""
    key = SoftAuthenticator(rp_id="localhost", origin=reader.url)
    async with Api(reader.url) as api:
        await api.register(key, f"{username}-too")
        response = key.get(await api.begin_authentication(f"{username}-too"))
        response["response"]["authenticatorData"] = base64url.encode(b"short")
        reply = await api.finish_authentication(response)
        assert reply.problem == "authentication-rejected"
    await seal_all(reader)
    await open_verified(reader)
    await show(reader, User=f"{username}-too", Outcome="failure")
    opened = await open_first(reader)
    await expect(opened).to_contain_text("Proven")
    await expect(opened).to_contain_text(base64url.encode(b"short"))


async def test_without_the_role_the_page_names_the_required_role(signed_in: Visitor) -> None:
    await open_audit(signed_in)
    await expect(signed_in.page.get_by_text("you need the role Audit.Read")).to_be_visible()
    await expect(signed_in.page.locator("#trail")).to_be_hidden()


async def test_a_visitor_who_is_not_signed_in_sees_a_link_to_sign_in(visitor: Visitor) -> None:
    await open_audit(visitor)
    await expect(visitor.page.get_by_text("Sign in first")).to_be_visible()
    await visitor.page.get_by_role("link", name="Go to the sign-in page").click()
    await visitor.is_settled()


async def test_an_event_is_opened_and_closed_with_the_keyboard(reader: Visitor) -> None:
    await open_verified(reader)
    opener = rows(reader).first.get_by_role("button")
    await opener.focus()
    await reader.page.keyboard.press("Enter")
    await expect(dialog(reader).get_by_role("heading", level=2)).to_be_focused()
    await reader.page.keyboard.press("Escape")
    await expect(opener).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_page_is_accessible(reader: Visitor, scheme: Literal["light", "dark"]) -> None:
    await reader.page.emulate_media(color_scheme=scheme)
    await open_verified(reader)
    await look_over(reader)
    assert await reader.page.evaluate(PALE_TEXTS) == []
    await expect(await open_first(reader)).to_contain_text("Proven")
    assert await reader.page.evaluate(PALE_TEXTS) == []


async def test_the_page_is_in_german_and_fits_a_narrow_screen(reader: Visitor) -> None:
    """Its words are longer."""
    await reader.page.set_viewport_size(NARROWEST)
    await reader.page.goto(f"{reader.url}/audit?ui_locales=de")
    mark = reader.page.locator("#mark")
    await expect(mark).to_contain_text(
        re.compile(r"^Geprüft bis Eintrag \d+, versiegelt am .* laut")
    )
    await expect(rows(reader).first.get_by_role("button")).to_have_text(
        re.compile("^Öffnen Eintrag")
    )
    await rows(reader).first.get_by_role("button").click()
    await expect(dialog(reader)).to_contain_text("Bewiesen: Es steht im Baum")
    await reader.answer("Schließen")
    await look_over(reader)
    assert not await reader.page.evaluate(OVERFLOWS)


async def test_the_page_fits_a_narrow_screen(reader: Visitor) -> None:
    """The table scrolls by itself (WCAG 2.2, 1.4.10)."""
    await reader.page.set_viewport_size(NARROWEST)
    await open_audit(reader)
    await expect(rows(reader).first).to_be_visible()
    assert not await reader.page.evaluate(OVERFLOWS)
