from collections.abc import AsyncIterator

import pytest

from tests.fakes.public_documents import PublicDocuments
from tests.fakes.tls import Tls, make_tls

HOST, OTHER_HOST = "app.example", "other.example"


@pytest.fixture(scope="session")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    return make_tls(tmp_path_factory.mktemp("tls"), HOST, OTHER_HOST)


@pytest.fixture
async def server(tls: Tls) -> AsyncIterator[PublicDocuments]:
    async with PublicDocuments(tls=tls) as server:
        yield server
