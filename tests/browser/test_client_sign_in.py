"""A person signs in to an application: with the passkey, with the session, or not at all."""

import pytest
from playwright.async_api import expect

from tests.browser.test_accessibility import GERMAN, NARROWEST, fits_and_is_readable, look_over
from tests.browser.visitor import Visitor
from tests.fakes.openid_client import OpenIdClient
from tests.sessions.claims import claims_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

SECOND_CLICK = """() => {
  dispatchEvent(new Event("focus"));
  const [allow, cancel] = ["consent", "decline"].map((act) => `[data-act=${act}]`)
    .map((each) => document.querySelector(each));
  allow.click();
  return cancel.getAttribute("aria-disabled");
}"""
"""The window before ours closes, and the click arrives here. Whether that began any work."""
SHOW = """(shown) => {
  for (const part of document.querySelectorAll("main > section")) part.hidden = part.id !== shown;
}"""


async def is_at_the_application(visitor: Visitor, outcome: str) -> None:
    await expect(visitor.page.get_by_role("heading", level=1)).to_have_text(outcome)


async def test_somebody_who_is_signed_in_goes_straight_through(
    signed_in: Visitor, client: OpenIdClient, username: str
) -> None:
    await signed_in.page.goto(client.address(signed_in.url))
    await is_at_the_application(signed_in, "signed in")
    ((method, brought),) = client.brought
    assert (method, brought["state"], brought["iss"]) == ("GET", "the state", signed_in.url)
    tokens = await client.redeem(signed_in.url, brought["code"])
    claims = claims_of(tokens["id_token"])
    assert (claims["preferred_username"], claims["nonce"]) == (username, "the nonce")


async def test_a_new_gesture_is_made_when_the_application_wants_one(
    signed_in: Visitor, client: OpenIdClient
) -> None:
    await signed_in.page.goto(client.address(signed_in.url, prompt="login"))
    await expect(signed_in.page.locator("#new-gesture")).to_be_visible()
    await look_over(signed_in)
    await signed_in.button("Confirm with a passkey").click()
    await is_at_the_application(signed_in, "signed in")


async def test_somebody_who_is_not_signed_in_uses_the_passkey_here(
    visitor: Visitor, client: OpenIdClient, username: str
) -> None:
    await visitor.open()
    await visitor.register(username, key_name="Work laptop")
    await visitor.page.goto(client.address(visitor.url))
    await expect(visitor.page.locator("#client")).to_contain_text("Desk")
    await expect(visitor.page.locator("#client [data-value=place]")).to_have_text(
        f"127.0.0.1:{client.port}"
    )
    await visitor.button("Sign in with a passkey").click()
    await is_at_the_application(visitor, "signed in")
    # From now on there is a session.
    await visitor.page.goto(client.address(visitor.url))
    await is_at_the_application(visitor, "signed in")
    assert len(client.brought) == 2


async def test_an_application_of_others_gets_what_the_person_allows_as_a_form(
    signed_in: Visitor, client: OpenIdClient
) -> None:
    address = client.address(signed_in.url, client_id="partner", response_mode="form_post")
    await signed_in.page.goto(address)
    await expect(signed_in.page.locator("#asked")).to_contain_text("your name and username")
    await look_over(signed_in)
    await signed_in.button("Allow").click()
    await is_at_the_application(signed_in, "signed in")
    ((method, brought),) = client.brought
    assert method == "POST"
    tokens = await client.redeem(signed_in.url, brought["code"], "partner")
    assert claims_of(tokens["id_token"])["aud"] == "partner"
    # Any application of this machine may take its place, so the person is asked each time.
    await signed_in.page.goto(address)
    await expect(signed_in.button("Allow")).to_be_visible()


async def test_a_double_click_that_began_on_another_page_allows_nothing(
    signed_in: Visitor, client: OpenIdClient
) -> None:
    """A page of a thief has the person double-click where it was, and our page is behind it."""
    await signed_in.page.goto(client.address(signed_in.url, client_id="partner"))
    await expect(signed_in.button("Allow")).to_be_enabled()
    assert await signed_in.page.evaluate(SECOND_CLICK) == "false"
    await signed_in.button("Allow").click()
    await is_at_the_application(signed_in, "signed in")


async def test_a_person_cancels(signed_in: Visitor, client: OpenIdClient) -> None:
    await signed_in.page.goto(client.address(signed_in.url, client_id="partner"))
    await signed_in.button("Cancel, and go back").click()
    await is_at_the_application(signed_in, "access_denied")


async def test_nobody_is_asked_if_the_application_forbids_it(
    visitor: Visitor, client: OpenIdClient
) -> None:
    await visitor.page.goto(client.address(visitor.url, prompt="none"))
    await is_at_the_application(visitor, "login_required")


async def test_the_page_speaks_the_language_of_the_application(
    visitor: Visitor, client: OpenIdClient
) -> None:
    await visitor.page.goto(client.address(visitor.url, ui_locales="fr de-AT"))
    await expect(visitor.page.locator("html")).to_have_attribute("lang", "de")
    await expect(visitor.button("Mit einem Passkey anmelden")).to_be_visible()


async def test_the_page_fits_and_is_readable_in_each_situation(
    visitor: Visitor, client: OpenIdClient
) -> None:
    await visitor.page.set_viewport_size(NARROWEST)
    await visitor.page.set_extra_http_headers(GERMAN)
    await visitor.page.goto(client.address(visitor.url))
    await expect(visitor.page.locator("#sign-in")).to_be_visible()
    for situation in ("sign-in", "new-gesture", "choose-account", "consent", "over"):
        await visitor.page.evaluate(SHOW, situation)
        await look_over(visitor)
        await fits_and_is_readable(visitor)


async def test_a_person_signs_in_and_allows_with_the_keyboard_alone(
    visitor: Visitor, client: OpenIdClient, username: str
) -> None:
    await visitor.open()
    await visitor.register(username, key_name="Work laptop")
    page = visitor.page
    await page.goto(client.address(visitor.url, client_id="partner"))
    await expect(page.locator("#title")).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(visitor.button("Sign in with a passkey")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#consent-title")).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(visitor.button("Allow")).to_be_focused()
    await expect(visitor.button("Allow")).to_have_attribute("aria-disabled", "false")
    await page.keyboard.press("Space")
    await is_at_the_application(visitor, "signed in")


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/authorize?client_id=nobody", "Diese Anmeldung kann nicht weitergehen"),
        ("/logout?post_logout_redirect_uri=https://evil.example", "Diese Abmeldung"),
        ("", "Diese Anwendung ist nicht richtig eingerichtet"),
    ],
    ids=["sign-in", "sign-out", "configuration"],
)
async def test_a_page_about_an_error_fits_and_is_readable(
    visitor: Visitor, client: OpenIdClient, path: str, title: str
) -> None:
    visitor.expected_complaints.add("status of 400 ")
    wrong = client.address(visitor.url, response_type="id_token")
    await visitor.page.set_viewport_size(NARROWEST)
    await visitor.page.set_extra_http_headers(GERMAN)
    await visitor.page.goto(f"{visitor.url}{path}" if path else wrong)
    await expect(visitor.page.get_by_role("heading", level=1)).to_contain_text(title)
    await expect(visitor.page.get_by_role("alert")).to_be_visible()
    await fits_and_is_readable(visitor)


async def test_an_unknown_application_is_told_apart(visitor: Visitor, client: OpenIdClient) -> None:
    visitor.expected_complaints.add("status of 400 ")
    await visitor.page.goto(client.address(visitor.url, client_id="nobody"))
    await expect(visitor.page.get_by_role("heading", level=1)).to_have_text(
        "This sign-in cannot go on"
    )
    assert client.brought == []
    await visitor.page.goto(client.address(visitor.url, response_type="id_token"))
    await expect(visitor.page.locator("main")).to_contain_text('ResponseType = "code"')
    await visitor.page.get_by_text("Go on to Desk").click()
    await is_at_the_application(visitor, "unsupported_response_type")
