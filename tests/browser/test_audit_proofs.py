"""The page for readers of the audit log detects a changed event."""

import asyncio
import json

import pytest
import pytest_asyncio
from playwright.async_api import Route, expect

from devhost.azurite import Azurite
from tests.authenticator import base64url
from tests.browser.auditor import (
    Change,
    Json,
    arrive_as_auditor,
    changing,
    dialog,
    open_first,
    open_verified,
    rows,
    show,
    take_in,
)
from tests.browser.visitor import Visitor
from tests.tamperings import assert_said, tampering

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def reader(visitor: Visitor, username: str, azurite: Azurite) -> Visitor:
    await arrive_as_auditor(visitor, username, azurite)
    return visitor


def _change_leaf(body: Json) -> None:
    for entry in body["entries"]:
        entry["leaf"] = entry["leaf"].replace('"outcome":"success"', '"outcome":"failure"')


def _change_person(body: Json) -> None:
    for entry in body["entries"]:
        if "personal" in entry:
            entry["personal"]["content"] = '{"actorName":"somebody-else"}'


def _change_evidence(body: Json) -> None:
    for entry in body["entries"]:
        if "evidence" in entry:
            entry["evidence"]["salt"] = base64url.encode(bytes(16))


@tampering("The instance sends a changed entry to one browser")
@pytest.mark.parametrize(
    ("change", "trouble"),
    [
        (_change_leaf, "the checkpoint covers a different entry"),
        (_change_person, "the personal part is not the recorded one"),
        (_change_evidence, "the evidence part is not the recorded one"),
    ],
)
async def test_the_proof_of_a_changed_event_fails(
    reader: Visitor, username: str, change: Change, trouble: str
) -> None:
    await reader.page.route("**/audit/events?*", changing(change))
    await open_verified(reader)
    await show(reader, User=username, Kind="authentication.finished")
    await expect(rows(reader)).to_have_count(2)
    opened = await open_first(reader)
    await expect(opened).to_contain_text(f"Not proven: {trouble}")
    if change is _change_leaf:
        what = "The instance sends a changed entry to one browser"
        assert_said(what, await opened.text_content() or "")


async def test_personal_data_that_was_erased_is_shown_as_missing(
    reader: Visitor, username: str
) -> None:
    def forget(body: Json) -> None:
        for entry in body["entries"]:
            entry.pop("personal", None)

    await reader.page.route("**/audit/events?*", changing(forget))
    await open_verified(reader)
    await show(reader, User=username, Kind="authentication.finished")
    await expect(rows(reader)).to_have_count(2)
    opened = await open_first(reader)
    await expect(opened).to_contain_text("no longer kept, or not shown")
    await expect(opened).to_contain_text("Proven")


async def test_a_changed_proof_is_refused(reader: Visitor, username: str) -> None:
    def change(body: Json) -> None:
        body["proof"][0] = false

    await open_verified(reader)
    await reader.page.route("**/audit/proofs/inclusion?*", changing(change))
    await show(reader, User=username)
    for false in (base64url.encode(bytes(32)), "no base64!"):  # noqa: B007  the answer has it
        await expect(await open_first(reader)).to_contain_text("Not proven")
        await reader.answer("Close")


async def test_the_result_of_one_event_is_not_shown_for_the_next(
    reader: Visitor, username: str
) -> None:
    late, asked = asyncio.Event(), asyncio.Event()

    async def delay_the_first(route: Route) -> None:
        response = await route.fetch()
        if asked.is_set():
            await route.fulfill(response=response, body=json.dumps({"proof": []}))
        else:
            asked.set()
            await late.wait()
            await route.fulfill(response=response)

    await open_verified(reader)
    await reader.page.route("**/audit/proofs/inclusion?*", delay_the_first)
    await show(reader, User=username, Kind="authentication.finished")
    await expect(rows(reader)).to_have_count(2)
    await open_first(reader)
    await asked.wait()
    await reader.answer("Close")
    await rows(reader).last.get_by_role("button").click()
    await expect(dialog(reader)).to_contain_text("Not proven")
    async with reader.page.expect_request_finished():
        late.set()
    await take_in(reader)
    await expect(dialog(reader)).to_contain_text("Not proven")
