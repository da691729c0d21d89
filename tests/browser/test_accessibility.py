import re
from typing import Literal

import pytest
from playwright.async_api import ViewportSize, expect

from tests.browser.test_failures import amend_options
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

SHOWN_CONTROLS = "button:visible, input:visible, summary:visible"
NARROWEST = ViewportSize(width=320, height=640)  # WCAG 2.2, 1.4.10 Reflow
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
GERMAN = {"Accept-Language": "de"}  # its words are longer
COMFORTABLE_TARGET = 44  # CSS pixels; WCAG 2.2, 2.5.5

DUPLICATE_IDS = """() => {
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  return ids.filter((id, index) => ids.indexOf(id) !== index);
}"""
DANGLING_REFERENCES = """() =>
  [...document.querySelectorAll("[for], [aria-labelledby], [aria-describedby]")]
    .flatMap((element) => ["for", "aria-labelledby", "aria-describedby"]
      .map((name) => element.getAttribute(name)))
    .filter((id) => id && !document.getElementById(id))
"""
# The text whose contrast with its background is under 4.5 (WCAG 2.2, 1.4.3).
PALE_TEXTS = """() => {
  const parse = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const luminance = (rgb) => rgb.slice(0, 3)
    .map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, index) => sum + c * [0.2126, 0.7152, 0.0722][index], 0);
  const behind = (element) => {
    const colour = parse(getComputedStyle(element).backgroundColor);
    return colour[3] === 0 && element.parentElement ? behind(element.parentElement) : colour;
  };
  const contrast = (element) => {
    const pair = [parse(getComputedStyle(element).color), behind(element)].map(luminance);
    return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
  };
  const hasText = (element) => [...element.childNodes]
    .some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  return [...document.body.querySelectorAll("*")]
    .filter((element) => element.checkVisibility() && hasText(element))
    .filter((element) => contrast(element) < 4.5)
    .map((element) => `${element.textContent.trim()}: ${contrast(element)}`);
}"""
OVERFLOWS = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"


async def look_over(visitor: Visitor) -> None:
    """Check the visible page as an automated checker does first."""
    page = visitor.page
    assert await page.evaluate(DUPLICATE_IDS) == []
    assert await page.evaluate(DANGLING_REFERENCES) == []
    await expect(page.get_by_role("main")).to_have_count(1)
    await expect(page.get_by_role("heading", level=1)).to_have_count(1)
    await expect(page.get_by_role("status")).to_have_count(1)
    await expect(page.get_by_role("alert")).to_have_count(1)
    for control in await page.locator("button:visible, input:visible").all():
        await expect(control).to_have_accessible_name(re.compile(r"\S"))


async def fits_and_is_readable(visitor: Visitor) -> None:
    """In the light and in the dark."""
    page = visitor.page
    assert not await page.evaluate(OVERFLOWS)
    for scheme in SCHEMES:
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert await page.evaluate(PALE_TEXTS) == []


async def unfold_all(visitor: Visitor) -> None:
    await expect(visitor.page.locator("#session-count")).to_contain_text("session")
    for summary in await visitor.page.locator("summary").all():
        await summary.click()


async def test_the_signed_out_page_is_accessible(visitor: Visitor) -> None:
    await visitor.open()
    await look_over(visitor)
    for choice in ("I have a passkey", "I have an access pass"):
        await visitor.page.get_by_role("radio", name=choice).check()
        await look_over(visitor)


async def test_the_page_is_accessible_with_all_sections_open(member: Visitor) -> None:
    await unfold_all(member)
    await look_over(member)


async def test_a_dialog_keeps_the_focus_and_returns_it(member: Visitor) -> None:
    await member.remove("Work laptop")
    dialog = member.page.get_by_role("dialog", name="Remove “Work laptop”?")
    await expect(dialog).to_have_accessible_description(re.compile("can no longer sign you in"))
    await expect(member.button("Keep it")).to_be_focused()
    assert await member.page.evaluate(PALE_TEXTS) == []
    await member.page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    await expect(member.keys.get_by_role("button", name="Remove")).to_be_focused()


async def test_the_signed_in_page_is_accessible(visitor: Visitor, username: str) -> None:
    await visitor.open()
    await visitor.register(username)
    await look_over(visitor)
    await visitor.sign_in(username)
    await visitor.is_signed_in(username)
    await expect(visitor.page.get_by_role("heading", name=f"Welcome, {username}")).to_be_focused()
    await look_over(visitor)


async def test_the_page_can_be_used_with_the_keyboard_only(visitor: Visitor, username: str) -> None:
    keyboard = visitor.page.keyboard
    await visitor.open()
    await keyboard.press("Tab")
    await expect(visitor.page.get_by_role("radio", name="new here")).to_be_focused()
    await keyboard.press("Tab")
    await keyboard.type(username)
    await keyboard.press("Tab")
    await keyboard.type("Work laptop")
    await keyboard.press("Tab")
    await expect(visitor.button("Create a passkey")).to_be_focused()
    await keyboard.press("Enter")
    await expect(visitor.button("Sign in")).to_be_focused()
    await keyboard.press("Enter")
    await visitor.is_signed_in(username)
    await keyboard.press("Tab")
    await expect(visitor.button("Sign out")).to_be_focused()
    await keyboard.press("Space")
    await visitor.says("Signed out")


async def test_arrow_keys_choose_between_new_and_known(visitor: Visitor) -> None:
    await visitor.open()
    await visitor.page.keyboard.press("Tab")
    await visitor.page.keyboard.press("ArrowRight")
    await expect(visitor.button("Sign in without a name")).to_be_visible()
    await expect(visitor.button("Create a passkey")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_text_has_enough_contrast(
    visitor: Visitor, username: str, scheme: Literal["light", "dark"]
) -> None:
    await visitor.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    await visitor.open()
    assert await visitor.page.evaluate(PALE_TEXTS) == []
    await visitor.register(username)
    assert await visitor.page.evaluate(PALE_TEXTS) == []
    await visitor.sign_in(username)
    await visitor.is_signed_in(username)
    await unfold_all(visitor)
    assert await visitor.page.evaluate(PALE_TEXTS) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_error_messages_have_enough_contrast_and_fit(
    visitor: Visitor, username: str, scheme: Literal["light", "dark"]
) -> None:
    visitor.expected_complaints.add("net::ERR_FAILED")
    await visitor.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    await visitor.page.set_viewport_size(NARROWEST)
    await visitor.open()
    await visitor.page.route("**/register/finish", lambda route: route.abort())
    await visitor.ask_to_register(username)
    await visitor.warns("It is not known yet")
    assert await visitor.page.evaluate(PALE_TEXTS) == []
    assert not await visitor.page.evaluate(OVERFLOWS)
    # That name is unknown. How long a browser looks for the made-up passkeys depends on them.
    await amend_options(visitor, "authenticate/begin", timeout=50)
    await visitor.sign_in(username)
    await visitor.says("Cancelled or timed out")
    await look_over(visitor)
    assert await visitor.page.evaluate(PALE_TEXTS) == []
    assert not await visitor.page.evaluate(OVERFLOWS)


async def test_the_page_fits_the_narrowest_screen(visitor: Visitor, username: str) -> None:
    await visitor.page.set_viewport_size(NARROWEST)
    await visitor.open()
    assert not await visitor.page.evaluate(OVERFLOWS)
    await visitor.register(username, key_name="A" * 64)
    await visitor.sign_in(username)
    await visitor.is_signed_in(username)
    await unfold_all(visitor)
    assert not await visitor.page.evaluate(OVERFLOWS)
    for control in await visitor.page.locator(SHOWN_CONTROLS).all():
        box = await control.bounding_box()
        assert box is not None
        assert box["height"] >= COMFORTABLE_TARGET


async def test_a_problem_type_leads_to_a_readable_section(visitor: Visitor) -> None:
    await visitor.page.goto(f"{visitor.url}/problems#username-taken")
    title = visitor.page.locator("#username-taken").get_by_role("heading")
    await expect(title).to_be_in_viewport()
    assert await visitor.page.evaluate(PALE_TEXTS) == []
