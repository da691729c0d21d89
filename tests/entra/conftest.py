from collections.abc import AsyncIterator

import pytest

from shared.keys.signing_key import SigningKey
from tests.entra.asking import Asking, issuer_documents
from tests.fakes.entra_tokens import EntraTokens
from tests.fakes.tls import Tls, make_tls
from tests.harness.service_harness import Clock


@pytest.fixture(scope="session")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    return make_tls(tmp_path_factory.mktemp("tls"))


@pytest.fixture
async def entra(tls: Tls, signing_key: SigningKey) -> AsyncIterator[EntraTokens]:
    fetch = issuer_documents(signing_key)
    async with EntraTokens(tls=tls, now=Clock(), fetch=fetch) as entra:
        yield entra


@pytest.fixture
def asking(entra: EntraTokens, tls: Tls, signing_key: SigningKey) -> Asking:
    return Asking(entra, tls, signing_key)
