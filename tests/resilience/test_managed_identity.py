"""In Azure there is no connection string: a managed identity opens the storage, over TLS."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from devhost.azurite import Azurite, Certificate
from devhost.process import HostProcess
from tests.api import Api, new_username
from tests.authenticator import SoftAuthenticator
from tests.fakes.identity_endpoint import CLIENT_ID, IdentityEndpoint
from tests.fakes.tls import Tls, make_tls

ORIGIN = "http://localhost:7071"
STORAGE = "https://storage.azure.com"


@pytest.fixture
def tls(tmp_path: Path) -> Tls:
    return make_tls(tmp_path)


@pytest.fixture
def tls_azurite(tls: Tls) -> Iterator[Azurite]:
    with Azurite(certificate=Certificate(cert=tls.certificate, key=tls.key)) as azurite:
        yield azurite


@pytest.fixture
async def identity() -> AsyncIterator[IdentityEndpoint]:
    async with IdentityEndpoint(STORAGE) as identity:
        yield identity


@pytest.fixture
def settings(
    tls_azurite: Azurite, identity: IdentityEndpoint, tls: Tls, tmp_path: Path
) -> dict[str, str]:
    return {
        "TABLES_CONNECTION_STRING": "",
        "TABLES_ENDPOINT": tls_azurite.url,
        "AZURE_CLIENT_ID": CLIENT_ID,
        **identity.environment,
        # What OpenSSL trusts besides the system's authorities
        "SSL_CERT_FILE": str(tls.authority),
        "SIGNING_KEY_FILE": str(tmp_path / "signing-key.pem"),
        "RP_ORIGINS": ORIGIN,
        "ISSUER": ORIGIN,
    }


async def test_a_managed_identity_opens_the_storage(
    settings: dict[str, str], identity: IdentityEndpoint
) -> None:
    key = SoftAuthenticator(rp_id="localhost", origin=ORIGIN)
    host = HostProcess(settings=settings)
    try:
        await asyncio.to_thread(host.start)
        async with Api(host.url) as api:
            username = new_username()
            await api.register(key, username)
            await api.sign_in(key, username)
    finally:
        await asyncio.to_thread(host.stop)
    assert identity.statuses == [200]


async def test_without_an_identity_the_storage_is_unavailable(
    settings: dict[str, str], identity: IdentityEndpoint
) -> None:
    host = HostProcess(settings={**settings, "IDENTITY_HEADER": "another"})
    try:
        await asyncio.to_thread(host.start)
        async with Api(host.url) as api:
            reply = await api.post("/authenticate/begin", {})
            health = await api.get("/health")
    finally:
        await asyncio.to_thread(host.stop)
    assert reply.problem == health.problem == "storage-unavailable"
    assert set(identity.statuses) == {401}
