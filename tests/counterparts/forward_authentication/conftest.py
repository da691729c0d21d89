"""Four proxies, and an application that they guard."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.counterparts.forward_authentication import proxies
from tests.counterparts.forward_authentication.application import Application
from tests.fakes.tls import Tls, make_tls


@pytest.fixture(scope="session")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    names = (f"{name}.localhost" for name in proxies.ALL)
    return make_tls(tmp_path_factory.mktemp("tls"), "localhost", *names)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def application() -> AsyncIterator[Application]:
    async with Application().serving() as application:
        yield application
