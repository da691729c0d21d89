"""The page needs nothing that is newer than the browsers that README names as the oldest."""

import pytest
from playwright.async_api import Route, expect

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

# What Safari 15.4, Firefox 98 or Chrome 86 lacks, of what pages like ours use or may come to use.
TAKE_AWAY_WHAT_IS_NEWER = """
const take = (owner, ...names) => names.forEach((name) => delete owner?.[name]);
take(AbortSignal, "any", "timeout");
take(AbortSignal.prototype, "throwIfAborted", "reason");
take(Array, "fromAsync");
take(Array.prototype, "at", "findLast", "findLastIndex", "with");
take(Array.prototype, "toReversed", "toSorted", "toSpliced");
take(Uint8Array, "fromBase64", "fromHex");
take(Uint8Array.prototype, "toBase64", "toHex");
take(String.prototype, "at", "isWellFormed", "toWellFormed");
take(Object, "groupBy", "hasOwn");
take(Map, "groupBy");
take(Promise, "try", "withResolvers");
take(Set.prototype, "difference", "intersection", "isSubsetOf", "union");
take(URL, "canParse", "parse");
take(Response, "json");
take(Headers.prototype, "getSetCookie");
take(window, "structuredClone", "navigation", "scheduler", "Iterator");
take(Element.prototype, "checkVisibility", "setHTMLUnsafe");
take(HTMLElement.prototype, "showPopover", "hidePopover", "togglePopover");
take(HTMLDialogElement.prototype, "requestClose");
take(Document.prototype, "startViewTransition");
take(PublicKeyCredential, "parseCreationOptionsFromJSON", "parseRequestOptionsFromJSON");
take(PublicKeyCredential, "getClientCapabilities", "isConditionalMediationAvailable");
take(PublicKeyCredential, "signalUnknownCredential", "signalCurrentUserDetails");
take(PublicKeyCredential, "signalAllAcceptedCredentials");
take(PublicKeyCredential.prototype, "toJSON");
"""


async def test_the_whole_page_works_in_an_old_browser(visitor: Visitor, username: str) -> None:
    await visitor.page.add_init_script(TAKE_AWAY_WHAT_IS_NEWER)
    await visitor.open()
    await visitor.register(username, key_name="Work laptop")
    await visitor.sign_in(username)
    await visitor.is_signed_in(username)
    await expect(visitor.keys).to_have_count(1)
    await visitor.take_another_authenticator()
    await visitor.add_another("Blue key")
    await expect(visitor.keys).to_have_count(2)
    await visitor.rename("Blue key", "Red key")
    await visitor.says("name is now “Red key”")
    await visitor.remove("Red key")
    await visitor.answer("Remove it")
    await visitor.says("Passkey removed")
    await visitor.unfold("Where you are signed in")
    await expect(visitor.sessions).to_have_count(1)
    await visitor.button("Sign out").click()
    await visitor.says("Signed out")


async def test_a_browser_that_is_too_old_gets_a_message(visitor: Visitor) -> None:
    """It cannot parse the scripts, and runs only the one that shows the message."""

    async def in_a_language_to_come(route: Route) -> None:
        await route.fulfill(content_type="text/javascript", body="until (never) {}")

    visitor.expected_complaints.add("Unexpected")
    await visitor.page.route("**/assets/home/entry.js", in_a_language_to_come)
    await visitor.page.goto(visitor.url)
    await visitor.warns("This page did not start")


async def test_a_script_that_does_not_load_is_reported(visitor: Visitor) -> None:
    visitor.expected_complaints.add("net::ERR_FAILED")
    await visitor.page.route("**/assets/home/home.js", lambda route: route.abort())
    await visitor.page.goto(visitor.url)
    await visitor.warns("This page did not start")
