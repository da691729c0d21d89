"""The receipt of an approval is checked on the page for auditors, by anybody and in the browser."""

import json
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import FilePayload, Request, expect

from devhost.azurite import Azurite
from tests.browser.auditor import arrive_as_auditor, seal_all
from tests.browser.people import PAYMENT, People
from tests.browser.test_accessibility import NARROWEST, fits_and_is_readable, look_over
from tests.browser.test_audit_witness import FETCH_CHECKPOINT, WITHOUT_ED25519
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

type Json = dict[str, Any]

PAYEE = "Paper \u202eoc & \u043e\u043d"
DROP = """async ([text, name]) => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([text], name));
  const target = document.getElementById("receipts-title");
  target.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
}"""
WITHOUT_CURVES = WITHOUT_ED25519.replace(
    'algorithm === "Ed25519"', 'algorithm === "Ed25519" || algorithm.name === "ECDSA"'
)
PROVEN = "Proven: each passkey signed for exactly this text."
WRONG = "Something is wrong. Do not rely on this receipt. What is wrong is marked below."
INCOMPLETE = (
    "Nothing is wrong, but something is missing for a proof, or this browser cannot check it."
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def receipt(crowd: People) -> Json:
    """Of what two others approved; all of it is sealed."""
    asker = crowd.asker
    address = await asker.ask("payments", PAYMENT | {"payee": PAYEE}, reason="Invoice")
    for person, button in (
        (asker, "Confirm with a passkey"),
        (crowd.first, "Approve with a passkey"),
        (crowd.second, "Approve with a passkey"),
    ):
        await person.open(address)
        await person.presses(button)
        await expect(person.visitor.page.locator("#state")).to_be_focused()
    await seal_all(asker.visitor)
    got = await asker.visitor.page.context.request.get(
        f"{asker.visitor.url}/approvals/{address[-36:]}/receipt"
    )
    found: Json = await got.json()
    await crowd.leave()
    return found


def copy_of(receipt: Json) -> Json:
    copied: Json = json.loads(json.dumps(receipt))
    return copied


async def at_check(visitor: Visitor) -> None:
    await visitor.page.goto(f"{visitor.url}/audit#receipts")
    await expect(visitor.page.locator("#receipt-rp-id")).to_have_value("localhost")


async def give(visitor: Visitor, receipt: object, name: str = "approval.json") -> None:
    content = receipt if isinstance(receipt, bytes) else json.dumps(receipt).encode()
    file = FilePayload(name=name, mimeType="application/json", buffer=content)
    await visitor.page.get_by_label("Receipt, as it was saved").set_input_files(file)


async def is_told(visitor: Visitor, verdict: str) -> None:
    await expect(visitor.page.locator("#receipt-verdict")).to_have_text(verdict)


async def test_anybody_checks_a_receipt_and_nothing_is_sent(
    visitor: Visitor, receipt: Json
) -> None:
    page = visitor.page
    await at_check(visitor)
    await expect(page.get_by_text("Sign in first")).to_be_visible()
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request))
    await give(visitor, receipt)
    await is_told(visitor, PROVEN)
    people = page.locator("#receipt-people > li > .row-name")
    await expect(people).to_contain_text(
        ["mia.asksconfirmed", "noa.approvesapproved", "pia.approvesapproved"]
    )
    words = page.locator("#receipt-words")
    await expect(words).to_contain_text("details.payeePaper [U+202E]oc & \u043e\u043d")
    await expect(words).to_contain_text("details.amount120")
    await expect(words.locator(".unusual")).to_have_count(1)
    checks = page.locator("#receipt-people > li").first.locator(".checks > li")
    await expect(checks).to_have_count(10)
    await expect(page.locator("#receipt-log > li > .checks")).to_have_count(3)
    limits = page.locator("#receipt-limits")
    await expect(limits).to_contain_text("Anybody can make one.")
    await expect(limits).to_contain_text("it comes from the service")
    assert [request.url for request in sent] == []


async def test_the_key_of_the_log_and_the_number_of_approvers_count(
    visitor: Visitor, receipt: Json, username: str, azurite: Azurite
) -> None:
    """An auditor knows the key."""
    page = visitor.page
    await arrive_as_auditor(visitor, username, azurite)
    await at_check(visitor)
    await give(visitor, receipt)
    await is_told(visitor, PROVEN)
    await visitor.unfold("What it is compared with")
    await expect(page.get_by_label("RP ID", exact=True)).to_have_value("localhost")
    await expect(page.get_by_label("Origins", exact=True)).to_have_value(visitor.url)
    await page.get_by_label("How many people").fill("3")
    await visitor.button("Check it").click()
    await is_told(visitor, WRONG)
    await expect(page.locator("#receipt-together")).to_contain_text("Fewer people approved")
    await page.get_by_label("How many people").fill("2")
    await page.get_by_label("Keys of the audit log").fill("no key")
    await visitor.button("Check it").click()
    await expect(page.locator("#receipt-verdict")).to_contain_text("is not a key")
    await expect(page.locator("#receipt-result")).to_be_hidden()
    (key,) = (await page.evaluate(FETCH_CHECKPOINT))["keys"]
    await page.get_by_label("Keys of the audit log").fill(key)
    await visitor.button("Check it").click()
    await is_told(visitor, PROVEN)
    await expect(page.locator("#receipt-log")).to_contain_text("One of your keys has signed")
    await expect(page.locator("#receipt-limits > li")).to_have_count(3)


async def test_what_was_changed_is_marked(visitor: Visitor, receipt: Json) -> None:
    changed = copy_of(receipt)
    changed["statement"] = changed["statement"].replace("120", "121")
    await at_check(visitor)
    await give(visitor, changed)
    await is_told(visitor, WRONG)
    for check in ("commitment", "event-of-gesture"):
        marks = visitor.page.locator(f"[data-check='{check}'] > [data-tone='bad']")
        await expect(marks).to_have_text(["wrong"] * 3)
    await give(visitor, receipt)
    await is_told(visitor, PROVEN)


async def test_what_is_no_receipt_is_said_and_leaves_nothing_of_the_one_before(
    visitor: Visitor, receipt: Json
) -> None:
    await at_check(visitor)
    await give(visitor, receipt)
    await is_told(visitor, PROVEN)
    twice = b'{"status":"used",' + json.dumps(receipt).encode()[1:]
    for each in (b"", b"{}", twice, b"\xff", b"[" * 100_000, b" " * 4_000_001):
        await give(visitor, each, name="a\u202ename.json")
        await is_told(visitor, "“a[U+202E]name.json” is not a receipt, or not a whole one.")
        await expect(visitor.page.locator("#receipt-result")).to_be_hidden()


async def test_texts_of_a_receipt_run_nothing(visitor: Visitor, receipt: Json) -> None:
    markup = "<img src=x onerror=alert(1)>"
    changed = copy_of(receipt)
    statement = json.loads(changed["statement"])
    statement["details"] = {markup: markup, "__proto__": {"x": [markup, None, []]}}
    statement["profile"]["title"] = markup
    changed["statement"] = json.dumps(statement)
    changed["gestures"][0] |= {"role": markup, "at": markup}
    changed["gestures"][0]["user"] = {"id": markup, "username": markup}
    await at_check(visitor)
    await give(visitor, changed)
    await is_told(visitor, WRONG)
    await expect(visitor.page.locator("#receipts img")).to_have_count(0)
    words = visitor.page.locator("#receipt-words")
    await expect(words).to_contain_text(f'details["{markup}"]{markup}')
    await expect(words).to_contain_text(f"details.__proto__.x[0]{markup}")


async def test_what_the_browser_cannot_check_is_said(visitor: Visitor, receipt: Json) -> None:
    await visitor.page.add_init_script(WITHOUT_CURVES)
    await at_check(visitor)
    await give(visitor, receipt)
    await is_told(visitor, INCOMPLETE)
    unchecked = visitor.page.locator("[data-check='signature']")
    await expect(unchecked).to_contain_text(["not checked This browser cannot check"] * 3)


async def test_a_browser_that_can_check_nothing_says_so(visitor: Visitor, receipt: Json) -> None:
    """As on a page without TLS."""
    hidden = "Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined })"
    await visitor.page.add_init_script(hidden)
    visitor.expected_complaints |= {"digest", "importKey"}
    await at_check(visitor)
    await give(visitor, receipt)
    verdict = visitor.page.locator("#receipt-verdict")
    await expect(verdict).to_contain_text("This browser cannot check receipts here.")


async def test_a_file_is_dropped_and_the_page_stays(visitor: Visitor, receipt: Json) -> None:
    await at_check(visitor)
    await visitor.page.evaluate(DROP, [json.dumps(receipt), "approval.json"])
    await is_told(visitor, PROVEN)
    await expect(visitor.page).to_have_url(f"{visitor.url}/audit#receipts")


async def test_the_receipt_that_the_page_of_the_approval_saves_is_the_one_that_is_checked(
    people: People, receipt: Json, tmp_path: Path
) -> None:
    page = people.asker.visitor.page
    approval = json.loads(receipt["statement"])["approval"]
    await people.asker.open(f"{people.asker.visitor.url}/approve#{approval}")
    async with page.expect_download() as saving:
        await people.asker.presses("Save the receipt")
    await (await saving.value).save_as(tmp_path / "saved.json")
    await page.get_by_role("link", name="Check a receipt").click()
    await give(people.asker.visitor, (tmp_path / "saved.json").read_bytes())
    await is_told(people.asker.visitor, PROVEN)


async def test_the_check_is_accessible_and_fits(visitor: Visitor, receipt: Json) -> None:
    await visitor.page.set_viewport_size(NARROWEST)
    await at_check(visitor)
    await give(visitor, receipt)
    await is_told(visitor, PROVEN)
    await visitor.unfold("What it is compared with")
    await look_over(visitor)
    await fits_and_is_readable(visitor)


async def test_the_result_is_said_in_german(visitor: Visitor, receipt: Json) -> None:
    await visitor.page.set_viewport_size(NARROWEST)
    await visitor.page.goto(f"{visitor.url}/audit?ui_locales=de#receipts")
    await expect(visitor.page.locator("#receipt-rp-id")).to_have_value("localhost")
    file = FilePayload(name="x.json", mimeType="", buffer=json.dumps(receipt).encode())
    await visitor.page.get_by_label("Beleg, wie er gespeichert wurde").set_input_files(file)
    await is_told(visitor, "Bewiesen: Jeder Passkey hat genau für diesen Text unterschrieben.")
    await fits_and_is_readable(visitor)
