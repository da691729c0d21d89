from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from shared.providers.https import Https
from tests.fakes.identity_provider import IdentityProvider
from tests.fakes.tls import Tls, make_tls
from tests.providers.claims import NOW


@dataclass
class Clock:
    """Stands still until it is told to go on."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **duration: float) -> None:
        self.now += timedelta(**duration)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    return make_tls(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def https(tls: Tls) -> Https:
    return Https(tls=tls.client_context())


@pytest.fixture
async def okta_server(tls: Tls) -> AsyncIterator[IdentityProvider]:
    async with IdentityProvider(tls=tls, path="/oauth2/default") as server:
        yield server
