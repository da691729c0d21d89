"""The mark on the page for auditors: a browser remembers the log, and notices if it was changed."""

from collections.abc import Sequence
from functools import partial

import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.async_api import Route, expect

from devhost.azurite import Azurite
from shared.audit.checkpoint import CheckpointKey, open_checkpoint, read_verifier, sign_checkpoint
from shared.audit.key_introduction import introduce
from tests.authenticator import base64url
from tests.browser.auditor import (
    Change,
    Json,
    arrive_as_auditor,
    changing,
    mark,
    open_audit,
    open_verified,
    seal_all,
)
from tests.browser.visitor import Visitor
from tests.tamperings import assert_said, tampering

pytestmark = pytest.mark.asyncio(loop_scope="session")

FETCH_CHECKPOINT = "fetch('audit/checkpoint').then((answer) => answer.json())"
WITHOUT_ED25519 = """
const importKey = crypto.subtle.importKey.bind(crypto.subtle);
crypto.subtle.importKey = (format, raw, algorithm, ...rest) => algorithm === "Ed25519"
  ? Promise.reject(new DOMException("", "NotSupportedError"))
  : importKey(format, raw, algorithm, ...rest);
"""
OTHER_KEY = CheckpointKey(Ed25519PrivateKey.generate())


@pytest_asyncio.fixture(loop_scope="session")
async def reader(visitor: Visitor, username: str, azurite: Azurite) -> Visitor:
    await arrive_as_auditor(visitor, username, azurite)
    return visitor


async def answer_checkpoint(visitor: Visitor, change: Change) -> None:
    await visitor.page.unroute("**/audit/checkpoint")
    await visitor.page.route("**/audit/checkpoint", changing(change))


async def is_alarmed(visitor: Visitor, text: str) -> None:
    await visitor.warns("This log cannot be trusted")
    await visitor.warns(text)
    await expect(mark(visitor)).to_contain_text("Not verified")


async def seal_more(visitor: Visitor) -> Json:
    """Reading is an event. Returns the checkpoint before it, once the page has seen a later one."""
    older: Json = await visitor.page.evaluate(FETCH_CHECKPOINT)
    await open_audit(visitor)
    await expect(visitor.page.locator("#events tr").first).to_be_visible()
    await seal_all(visitor)
    await open_verified(visitor)
    await expect(mark(visitor)).not_to_contain_text(f"entry {older['size'] - 1},")
    return older


@tampering("The instance shows an older log to one browser")
async def test_a_log_that_was_rolled_back_raises_an_alarm(reader: Visitor) -> None:
    """The checkpoint has a valid signature, as it had then."""
    await open_verified(reader)
    older = await seal_more(reader)
    await answer_checkpoint(reader, lambda body: body.update(older))
    await open_audit(reader)
    await is_alarmed(reader, "it was rolled back")
    assert_said(
        "The instance shows an older log to one browser", await mark(reader).text_content() or ""
    )


async def test_a_log_that_grew_raises_no_alarm(reader: Visitor) -> None:
    await open_verified(reader)
    await seal_more(reader)
    await expect(mark(reader)).to_have_attribute("data-tone", "good")
    await expect(reader.page.get_by_role("alert")).to_be_empty()


async def test_a_later_checkpoint_seen_in_another_tab_raises_no_alarm(reader: Visitor) -> None:
    """An answer is compared with the checkpoint that was known before the request."""

    async def answer_late(route: Route) -> None:
        response = await route.fetch()
        await reader.page.evaluate(f"localStorage.setItem('touchstone-audit-seen', '{later}')")
        await route.fulfill(response=response)

    later = f"99999999 {'A' * 43}="
    await reader.page.route("**/audit/checkpoint", answer_late)
    await open_verified(reader)
    assert await reader.page.evaluate("localStorage.getItem('touchstone-audit-seen')") == later
    await expect(reader.page.get_by_role("alert")).to_be_empty()


async def test_a_log_that_is_missing_raises_an_alarm(reader: Visitor) -> None:
    async def answer(route: Route) -> None:
        problem = {"type": "/problems#not-found", "title": "Not found", "status": 404}
        await route.fulfill(status=404, json=problem)

    reader.expected_complaints.add("status of 404")
    await open_verified(reader)
    await reader.page.route("**/audit/checkpoint", answer)
    await open_audit(reader)
    await is_alarmed(reader, "It has 0 entries")
    await reader.page.evaluate("localStorage.clear()")
    await open_audit(reader)
    await expect(mark(reader)).to_have_text("Nothing has been sealed yet.")


@tampering("The instance shows another log to one browser")
async def test_a_log_that_was_rewritten_raises_an_alarm(reader: Visitor) -> None:
    """Even if the answer has a proof of consistency."""
    await open_verified(reader)
    await reader.page.evaluate(
        "localStorage.setItem('touchstone-audit-seen', '1 ' + btoa('x'.repeat(32)))"
    )
    proofs: tuple[list[str] | None, ...] = (None, [], ["no base64!"])
    for proof in proofs:
        await reader.page.unroute("**/audit/proofs/consistency?*")
        if proof is not None:
            answer = changing(partial(_prove, proof))
            await reader.page.route("**/audit/proofs/consistency?*", answer)
        await open_audit(reader)
        await is_alarmed(reader, "it was rewritten")
        assert_said(
            "The instance shows another log to one browser", await mark(reader).text_content() or ""
        )


def _prove(proof: list[str], body: Json) -> None:
    body["proof"] = proof


def _enlarge(body: Json) -> None:
    origin, size, rest = body["checkpoint"].split("\n", 2)
    body["checkpoint"] = f"{origin}\n{int(size) + 1}\n{rest}"


def _garble(body: Json) -> None:
    body["checkpoint"] = "nonsense"


async def test_an_unsigned_checkpoint_is_not_trusted(reader: Visitor) -> None:
    for change, text in (
        (_enlarge, "not signed by a known key"),
        (_garble, "The answer is not a checkpoint"),
    ):
        await answer_checkpoint(reader, change)
        await open_audit(reader)
        await is_alarmed(reader, text)


def _sign_anew(body: Json) -> None:
    """Do what an attacker does who has storage and settings, but not the key."""
    known = [read_verifier(key) for key in body["keys"]]
    checkpoint = open_checkpoint(body["checkpoint"], known)
    body["checkpoint"] = sign_checkpoint(checkpoint, [OTHER_KEY])
    body["keys"] = [str(OTHER_KEY.verifier(checkpoint.origin))]


def _sign_both(body: Json) -> None:
    """Do what an attacker does who controls the server's answers and has a real checkpoint."""
    known = [read_verifier(key) for key in body["keys"]]
    checkpoint = open_checkpoint(body["checkpoint"], known)
    body["checkpoint"] += OTHER_KEY.signature_line(checkpoint)
    body["keys"].append(str(OTHER_KEY.verifier(checkpoint.origin)))


def _signing(*keys: CheckpointKey, introduced: Sequence[CheckpointKey] = ()) -> Change:
    """As if the service had these keys; the first of them introduces others."""

    def change(body: Json) -> None:
        known = [read_verifier(key) for key in body["keys"]]
        checkpoint = open_checkpoint(body["checkpoint"], known)
        origin = checkpoint.origin
        body["checkpoint"] = sign_checkpoint(checkpoint, keys)
        body["keys"] = [str(key.verifier(origin)) for key in keys]
        body["introductions"] = [introduce(key, origin=origin, by=keys[:1]) for key in introduced]

    return change


@tampering("The instance shows one browser a log that another key signed")
async def test_an_unknown_key_that_no_known_key_introduces_raises_an_alarm(reader: Visitor) -> None:
    await open_verified(reader)
    await answer_checkpoint(reader, _sign_anew)
    await open_audit(reader)
    await is_alarmed(reader, "Its key was changed")
    what = "The instance shows one browser a log that another key signed"
    assert_said(what, await mark(reader).text_content() or "")


async def test_a_key_that_the_known_key_introduces_replaces_it(reader: Visitor) -> None:
    old, new, newest = OTHER_KEY, *(CheckpointKey(Ed25519PrivateKey.generate()) for _ in "12")
    for change in (
        _signing(old),  # the first that this browser sees
        _signing(old, new, introduced=[new]),
        _signing(new),
        _signing(new, newest, introduced=[newest]),
        _signing(newest),
    ):
        await answer_checkpoint(reader, change)
        await open_verified(reader)
        await expect(mark(reader)).to_have_attribute("data-tone", "good")
    await answer_checkpoint(reader, _signing(old))
    await open_audit(reader)
    await is_alarmed(reader, "Its key was changed")


async def test_a_second_signature_alone_does_not_make_a_key_known(
    reader: Visitor,
) -> None:
    """Anybody can put a signature under a real checkpoint."""
    await open_verified(reader)
    await answer_checkpoint(reader, _sign_both)
    await open_verified(reader)
    await expect(mark(reader)).to_have_attribute("data-tone", "good")
    await answer_checkpoint(reader, _sign_anew)
    await open_audit(reader)
    await is_alarmed(reader, "Its key was changed")


async def test_a_key_that_an_unknown_key_introduces_does_not_become_known(reader: Visitor) -> None:
    old, new, eve = OTHER_KEY, *(CheckpointKey(Ed25519PrivateKey.generate()) for _ in "12")
    by_eve = _signing(eve, new, introduced=[new])

    def change(body: Json) -> None:
        forged = body.copy()
        by_eve(forged)
        _signing(old, new, eve)(body)
        body["introductions"] = forged["introductions"]

    for answer in (_signing(old), change):
        await answer_checkpoint(reader, answer)
        await open_verified(reader)
    await answer_checkpoint(reader, _signing(new))
    await open_audit(reader)
    await is_alarmed(reader, "Its key was changed")


async def test_without_ed25519_the_page_names_what_it_did_not_check(reader: Visitor) -> None:
    await reader.page.add_init_script(WITHOUT_ED25519)
    await open_verified(reader)
    await expect(mark(reader)).to_contain_text("Signature not checked in this browser.")
    await expect(mark(reader)).to_have_attribute("data-tone", "plain")


async def test_the_mark_is_updated_without_a_reload(reader: Visitor) -> None:
    await reader.page.clock.install()
    await open_verified(reader)
    verified = await mark(reader).text_content()
    assert verified is not None
    await expect(reader.page.locator("#events tr").first).to_be_visible()
    await seal_all(reader)
    await reader.page.clock.fast_forward(15_000)
    await expect(mark(reader)).not_to_have_text(verified)
    await expect(mark(reader)).to_contain_text("Verified up to entry")
    await answer_checkpoint(reader, _garble)
    await reader.page.clock.fast_forward(15_000)
    await is_alarmed(reader, "The answer is not a checkpoint")


async def test_the_mark_is_not_green_while_the_server_is_unavailable(reader: Visitor) -> None:
    reader.expected_complaints.add("ERR_FAILED")
    await reader.page.clock.install()
    await open_verified(reader)
    await expect(mark(reader)).to_have_attribute("data-tone", "good")
    await reader.page.route("**/audit/checkpoint", lambda route: route.abort())
    await reader.page.clock.fast_forward(15_000)
    await expect(mark(reader)).to_contain_text("The newest checkpoint is not available")
    await expect(mark(reader)).to_have_attribute("data-tone", "plain")
    await expect(reader.page.get_by_role("alert")).to_be_empty()


async def test_the_browser_stores_only_the_tree_and_the_key_ids(reader: Visitor) -> None:
    await open_verified(reader)
    answer = await reader.page.evaluate(FETCH_CHECKPOINT)
    size, root, key = (
        await reader.page.evaluate("localStorage.getItem('touchstone-audit-seen')")
    ).split(" ")
    assert int(size) <= answer["size"]
    assert len(base64url.decode(root.replace("+", "-").replace("/", "_").rstrip("="))) == 32
    assert read_verifier(answer["keys"][0]).key_id.hex() == key[:8]
