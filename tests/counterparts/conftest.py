"""One service for all counterparts, and a person with a browser and a passkey."""

import secrets
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from devhost.azurite import Azurite
from tests.browser.chromium import chromium, visiting
from tests.browser.visitor import Visitor
from tests.counterparts.service import Service, serve


@pytest.fixture(scope="session")
def service(azurite: Azurite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serve(azurite, tmp_path_factory.mktemp("service")) as service:
        yield service


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as launched:
        yield launched


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(browser: Browser, service: Service) -> AsyncIterator[Visitor]:
    async with visiting(browser, service.issuer) as visitor:
        yield visitor


@pytest.fixture
def username() -> str:
    """A name that is not taken: all tests share the service."""
    return f"ada-{secrets.token_hex(4)}"


@pytest_asyncio.fixture(loop_scope="session")
async def registered(visitor: Visitor, username: str) -> Visitor:
    """A visitor who has a passkey, and is not signed in."""
    await visitor.open()
    await visitor.register(username, key_name="Work laptop")
    return visitor
