"""The page for readers of the audit trail, and what it checks by itself."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, Literal

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Route, expect

from devhost.azurite import Azurite
from shared.accounts.handles import UserHandle
from shared.accounts.roles import Role
from shared.audit.event import Kind
from tests.api import Api
from tests.authenticator import base64url
from tests.browser.test_accessibility import NARROWEST, OVERFLOWS, PALE_TEXTS, look_over
from tests.browser.visitor import Visitor
from tests.http.administrators import give_roles
from tests.http.test_audit import seal

pytestmark = pytest.mark.asyncio(loop_scope="session")

type Change = Callable[[dict[str, Any]], None]


@pytest_asyncio.fixture(loop_scope="session")
async def reader(member: Visitor, username: str, azurite: Azurite) -> Visitor:
    """Signed in with the role, and everything so far is sealed."""
    account = await member.page.evaluate("fetch('me').then((answer) => answer.json())")
    handle = UserHandle(base64url.decode(account["user"]["id"]))
    await give_roles(azurite.connection_string, handle, Role.AUDIT_READ)
    await member.button("Sign out").click()
    await member.sign_in(username)
    await member.is_signed_in(username)
    async with Api(member.url) as api:
        await seal(api)
    return member


async def open_audit(visitor: Visitor) -> None:
    await visitor.page.goto(f"{visitor.url}/audit")


def rows(visitor: Visitor) -> Locator:
    return visitor.page.locator("#events tr")


def mark(visitor: Visitor) -> Locator:
    return visitor.page.locator("#mark")


async def show(visitor: Visitor, **filters: str) -> None:
    for label, value in filters.items():
        field = visitor.page.get_by_label(label, exact=True)
        await (field.fill(value) if label == "User" else field.select_option(value))
    await visitor.button("Show").click()


async def open_first(visitor: Visitor) -> Locator:
    await rows(visitor).first.get_by_role("button").click()
    return visitor.page.get_by_role("dialog")


def changing(change: Change) -> Callable[[Route], Awaitable[None]]:
    """Somebody between the service and the browser."""

    async def answer(route: Route) -> None:
        response = await route.fetch()
        body = await response.json()
        change(body)
        await route.fulfill(response=response, body=json.dumps(body))

    return answer


async def test_a_reader_finds_events_and_opens_one(reader: Visitor, username: str) -> None:
    await open_audit(reader)
    await expect(mark(reader)).to_contain_text("Verified up to entry")
    await show(reader, User=username, Kind="authentication.finished")
    await expect(rows(reader)).to_have_count(2)
    await expect(rows(reader).first).to_contain_text(username)
    dialog = await open_first(reader)
    await expect(dialog).to_contain_text("Proven: it is in the tree")
    for text in ("authenticatorFlags", "UP UV", "webauthn.get", "actorName"):
        await expect(dialog).to_contain_text(text)
    await reader.answer("Close")
    await expect(dialog).to_be_hidden()


async def test_filters_leave_out_what_does_not_fit(reader: Visitor, username: str) -> None:
    await open_audit(reader)
    await show(reader, User=username, Outcome="failure")
    await expect(rows(reader)).to_have_count(0)
    await expect(reader.page.get_by_text("No event is like that.")).to_be_visible()
    await show(reader, Outcome="success", Kind="registration.finished")
    await expect(rows(reader)).to_have_count(1)


async def test_every_kind_can_be_asked_for(reader: Visitor) -> None:
    await open_audit(reader)
    kinds = reader.page.get_by_label("Kind", exact=True).locator("option")
    await expect(kinds).to_have_text(["All", *(kind.value for kind in Kind)])


def _change_leaf(body: dict[str, Any]) -> None:
    for entry in body["entries"]:
        entry["leaf"] = entry["leaf"].replace('"outcome":"success"', '"outcome":"failure"')


def _change_person(body: dict[str, Any]) -> None:
    for entry in body["entries"]:
        if "personal" in entry:
            entry["personal"]["content"] = '{"actorName":"somebody-else"}'


@pytest.mark.parametrize(
    ("change", "trouble"),
    [
        (_change_leaf, "it is not what the checkpoint covers"),
        (_change_person, "the personal part is not what was recorded"),
    ],
)
async def test_a_changed_event_is_not_proven(
    reader: Visitor, username: str, change: Change, trouble: str
) -> None:
    await open_audit(reader)
    await expect(mark(reader)).to_contain_text("Verified up to entry")
    await reader.page.route("**/audit/events?*", changing(change))
    await show(reader, User=username)
    await expect(rows(reader).first).to_contain_text(
        "failure" if change is _change_leaf else "somebody-else"
    )
    await expect(await open_first(reader)).to_contain_text(f"Not proven: {trouble}")


async def test_a_changed_proof_proves_nothing(reader: Visitor, username: str) -> None:
    def change(body: dict[str, Any]) -> None:
        body["proof"][0] = base64url.encode(bytes(32))

    await open_audit(reader)
    await expect(mark(reader)).to_contain_text("Verified up to entry")
    await reader.page.route("**/audit/proofs/inclusion?*", changing(change))
    await show(reader, User=username)
    await expect(await open_first(reader)).to_contain_text("Not proven")


async def test_a_checkpoint_that_nobody_signed_is_not_believed(reader: Visitor) -> None:
    def change(body: dict[str, Any]) -> None:
        origin, size, rest = body["checkpoint"].split("\n", 2)
        body["checkpoint"] = f"{origin}\n{int(size) + 1}\n{rest}"

    await reader.page.route("**/audit/checkpoint", changing(change))
    await open_audit(reader)
    await reader.warns("This log cannot be trusted")
    await expect(mark(reader)).to_contain_text("Not verified")


async def test_a_log_that_is_shorter_than_it_was_raises_the_alarm(reader: Visitor) -> None:
    await open_audit(reader)
    await expect(mark(reader)).to_contain_text("Verified up to entry")
    await reader.page.evaluate(
        "localStorage.setItem('touchstone-audit-seen', '99999999 ' + btoa('x'.repeat(32)))"
    )
    await reader.page.reload()
    await reader.warns("it was rolled back")


async def test_a_log_that_was_rewritten_raises_the_alarm(reader: Visitor) -> None:
    await open_audit(reader)
    await expect(mark(reader)).to_contain_text("Verified up to entry")
    await reader.page.evaluate(
        "localStorage.setItem('touchstone-audit-seen', '1 ' + btoa('x'.repeat(32)))"
    )
    await reader.page.reload()
    await reader.warns("it was rewritten")


async def test_without_the_role_the_page_says_which_one(member: Visitor) -> None:
    await open_audit(member)
    await expect(member.page.get_by_text("you need the role Audit.Read")).to_be_visible()
    await expect(member.page.locator("#trail")).to_be_hidden()


async def test_who_is_not_signed_in_is_shown_where_to(visitor: Visitor) -> None:
    await open_audit(visitor)
    await expect(visitor.page.get_by_text("Sign in first")).to_be_visible()
    await visitor.page.get_by_role("link", name="Go to the sign-in page").click()
    await visitor.is_settled()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_page_can_be_read_by_everybody(
    reader: Visitor, scheme: Literal["light", "dark"]
) -> None:
    await reader.page.emulate_media(color_scheme=scheme)
    await open_audit(reader)
    await expect(mark(reader)).to_contain_text("Verified up to entry")
    await look_over(reader)
    assert await reader.page.evaluate(PALE_TEXTS) == []
    await expect(await open_first(reader)).to_contain_text("Proven")
    assert await reader.page.evaluate(PALE_TEXTS) == []


async def test_the_page_fits_a_narrow_screen(reader: Visitor) -> None:
    """The table scrolls by itself (WCAG 2.2, 1.4.10)."""
    await reader.page.set_viewport_size(NARROWEST)
    await open_audit(reader)
    await expect(rows(reader).first).to_be_visible()
    assert not await reader.page.evaluate(OVERFLOWS)
