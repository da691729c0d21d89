"""Chromium, once for all tests; a fresh profile and a fresh authenticator for each."""

import secrets
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.chromium import chromium, visiting
from tests.browser.member import arrive_signed_in
from tests.browser.people import People, arriving
from tests.browser.visitor import Visitor
from tests.fakes.openid_client import OpenIdClient


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as launched:
        yield launched


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(browser: Browser, touchstone_url: str) -> AsyncIterator[Visitor]:
    async with visiting(browser, touchstone_url) as visitor:
        yield visitor


@pytest.fixture
def username() -> str:
    """A name that is not taken: all tests share the service under test."""
    return f"ada-{secrets.token_hex(4)}"


@pytest_asyncio.fixture(loop_scope="session")
async def signed_in(visitor: Visitor, username: str) -> Visitor:
    """A visitor who has signed in with a first passkey; no page is open yet."""
    await arrive_signed_in(visitor, username, key_name="Work laptop")
    return visitor


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def crowd(browser: Browser, touchstone_url: str) -> AsyncIterator[People]:
    async with arriving(browser, touchstone_url) as arrived:
        yield arrived


@pytest_asyncio.fixture(loop_scope="session")
async def people(crowd: People) -> AsyncIterator[People]:
    """They have signed in once, and are at no page that matters."""
    yield crowd
    await crowd.leave()


@pytest_asyncio.fixture(loop_scope="session")
async def member(signed_in: Visitor) -> Visitor:
    """Who sees the own account."""
    await signed_in.open()
    await expect(signed_in.keys).to_have_count(1)
    return signed_in


@pytest_asyncio.fixture(loop_scope="session")
async def client() -> AsyncIterator[OpenIdClient]:
    """An application that people sign in to."""
    client = OpenIdClient()
    async with client.serving():
        yield client
