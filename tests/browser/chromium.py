"""Chromium, and a person in it with a fresh profile and a fresh authenticator."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

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


@asynccontextmanager
async def chromium(*flags: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(
            executable_path=find_chromium(), args=[*FLAGS, *flags]
        )
        yield launched
        await launched.close()


@asynccontextmanager
async def visiting(browser: Browser, url: str) -> AsyncIterator[Visitor]:
    # The certificates of fake services are not known to the browser.
    context = await browser.new_context(ignore_https_errors=True)
    context.set_default_timeout(PATIENCE_MS)
    page = await context.new_page()
    cdp = await context.new_cdp_session(page)
    await cdp.send("WebAuthn.enable", {"enableUI": False})
    authenticator = await VirtualAuthenticator.plug_in(cdp)
    visitor = Visitor(page=page, cdp=cdp, url=url, authenticator=authenticator)
    await visitor.settle_in()
    yield visitor
    await page.unroute_all(behavior="ignoreErrors")  # the page may have just asked once more
    await context.close()
    assert visitor.complaints == []
    assert visitor.url == url, "a visit lasts no longer than the service"
