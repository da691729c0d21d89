"""Entra asks in the browser, a person confirms with a passkey, and is signed in there."""

import re
import uuid

import pytest
from playwright.async_api import expect

from tests.browser.test_accessibility import GERMAN, NARROWEST, fits_and_is_readable, look_over
from tests.browser.visitor import Visitor
from tests.fakes.entra_server import EntraServer

pytestmark = pytest.mark.asyncio(loop_scope="session")

SHOW = """(shown) => {
  for (const part of document.querySelectorAll("main > section")) part.hidden = part.id !== shown;
}"""


async def sign_in(visitor: Visitor, entra: EntraServer, object_id: str) -> None:
    """With a password, at Entra; the browser is then at the page for the second factor."""
    await visitor.page.goto(entra.start_url(visitor.url, object_id))
    await expect(visitor.page).to_have_url(re.compile("/entra/sign-in#"))


async def is_at_the_application(visitor: Visitor, outcome: str) -> None:
    await expect(visitor.page.get_by_role("heading", level=1)).to_have_text(outcome)


async def test_a_person_links_the_own_account_once_and_then_confirms(
    signed_in: Visitor, entra: EntraServer
) -> None:
    object_id = str(uuid.uuid4())

    await sign_in(signed_in, entra, object_id)
    await look_over(signed_in)
    await expect(signed_in.page.locator("#link")).to_contain_text(
        "ada@contoso.example is not linked"
    )
    await signed_in.button("Link it to my account, and confirm").click()
    await is_at_the_application(signed_in, "Signed in by fido")

    await sign_in(signed_in, entra, object_id)
    await signed_in.button("Confirm with a passkey").click()
    await is_at_the_application(signed_in, "Signed in by fido")

    await sign_in(signed_in, entra, object_id)
    await signed_in.button("Cancel, and go back to Microsoft").click()
    await is_at_the_application(signed_in, "Refused: access_denied")

    await signed_in.open()
    links = signed_in.page.get_by_role("region", name="Your users at other services")
    await expect(links).to_contain_text("Your passkeys confirm")
    await expect(links).to_contain_text("You, with a passkey")
    await expect(links).to_contain_text(object_id)


async def test_the_page_fits_and_is_readable_in_each_situation(
    visitor: Visitor, entra: EntraServer
) -> None:
    await visitor.page.set_viewport_size(NARROWEST)
    await visitor.page.set_extra_http_headers(GERMAN)
    await sign_in(visitor, entra, str(uuid.uuid4()))
    await expect(visitor.page.locator("#link")).to_be_visible()
    for situation in ("link", "confirm", "not-linked", "no-passkey", "over"):
        await visitor.page.evaluate(SHOW, situation)
        await look_over(visitor)
        await fits_and_is_readable(visitor)


async def test_a_sign_in_that_is_over_says_so(visitor: Visitor) -> None:
    visitor.expected_complaints.add("status of 404 ")
    await visitor.page.goto(f"{visitor.url}/entra/sign-in#AQID")

    await expect(visitor.page.locator("#over")).to_be_visible()
    await expect(visitor.button("Cancel, and go back to Microsoft")).to_be_hidden()
