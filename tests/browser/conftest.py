"""Chromium, once for all tests; a fresh profile and a fresh authenticator for each."""

import os
import secrets
import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from tests.browser.visitor import VirtualAuthenticator, Visitor

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Generous, because a loaded machine is no failure.
PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)

# The headless shell first: it opens a page in a third of the time of a whole browser.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def find_chromium() -> str | None:
    """None means the one that Playwright brings along."""
    found = (shutil.which(name) for name in NAMES)
    return os.environ.get("CHROMIUM") or next((path for path in found if path), None)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(browser: Browser, touchstone_url: str) -> AsyncIterator[Visitor]:
    # The certificates of fake services are not known to the browser.
    context = await browser.new_context(ignore_https_errors=True)
    context.set_default_timeout(PATIENCE_MS)
    page = await context.new_page()
    cdp = await context.new_cdp_session(page)
    await cdp.send("WebAuthn.enable", {"enableUI": False})
    authenticator = await VirtualAuthenticator.plug_in(cdp)
    visitor = Visitor(page=page, cdp=cdp, url=touchstone_url, authenticator=authenticator)
    await visitor.settle_in()
    yield visitor
    await page.unroute_all(behavior="ignoreErrors")  # the page may have just asked once more
    await context.close()
    assert visitor.complaints == []
    assert visitor.url == touchstone_url, "a visit lasts no longer than the service"


@pytest.fixture
def username() -> str:
    """A name that is not taken: all tests share the service under test."""
    return f"ada-{secrets.token_hex(4)}"


@pytest_asyncio.fixture(loop_scope="session")
async def member(visitor: Visitor, username: str) -> Visitor:
    """A visitor who has signed in with a first passkey."""
    await visitor.open()
    await visitor.register(username, key_name="Work laptop")
    await visitor.sign_in(username)
    await visitor.is_signed_in(username)
    await expect(visitor.keys).to_have_count(1)
    return visitor
