"""A log with events, a rule that takes them, a container, and the service's own identity."""

import secrets
from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest
from azure.core.pipeline.transport import AioHttpTransport
from azure.monitor.ingestion.aio import LogsIngestionClient
from azure.storage.blob.aio import ContainerClient

from devhost.azurite import ACCOUNT, KEY, Azurite
from shared.audit.schemas.touchstone_row import COLUMNS
from shared.audit_log.destinations.append_blob import (
    AppendBlobDestination,
    LogContext,
    connect_container,
)
from shared.audit_log.destinations.monitor import (
    ASIM_STREAMS,
    OWN_STREAM,
    MonitorDestination,
    connect_monitor,
)
from shared.azure.credential import sign_in
from tests.audit.asim_tables import TABLES
from tests.fakes.identity_endpoint import CLIENT_ID, IdentityEndpoint
from tests.fakes.log_ingestion import RESOURCE, RULE, FakeLogIngestion
from tests.fakes.tls import Tls, make_tls
from tests.harness.service_harness import ServiceHarness


@pytest.fixture(scope="session")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    return make_tls(tmp_path_factory.mktemp("ingestion-tls"))


@pytest.fixture
async def ingestion(tls: Tls) -> AsyncIterator[FakeLogIngestion]:
    streams = {OWN_STREAM: set(COLUMNS)}
    streams |= {name: TABLES[stream] for stream, name in ASIM_STREAMS.items()}
    async with FakeLogIngestion(tls, streams) as ingestion:
        yield ingestion


@pytest.fixture
async def ingestion_client(
    ingestion: FakeLogIngestion, tls: Tls, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[LogsIngestionClient]:
    async with IdentityEndpoint(RESOURCE) as identity:
        for name, value in identity.environment.items():
            monkeypatch.setenv(name, value)
        connector = aiohttp.TCPConnector(ssl=tls.client_context())
        session = aiohttp.ClientSession(connector=connector, auto_decompress=False)
        transport = AioHttpTransport(session=session, read_timeout=2)
        async with sign_in(client_id=CLIENT_ID) as credential:
            yield connect_monitor(ingestion.url, credential, transport=transport)


@pytest.fixture
async def monitor(ingestion_client: LogsIngestionClient) -> AsyncIterator[MonitorDestination]:
    destination = MonitorDestination(ingestion_client, rule_id=RULE, asim=True)
    yield destination
    await destination.close()


@pytest.fixture
async def monitor_without_asim(
    ingestion_client: LogsIngestionClient,
) -> AsyncIterator[MonitorDestination]:
    destination = MonitorDestination(ingestion_client, rule_id=RULE, asim=False)
    yield destination
    await destination.close()


@pytest.fixture(scope="session")
def blobs() -> Iterator[Azurite]:
    with Azurite(service="blob") as azurite:
        yield azurite


@pytest.fixture
async def container(blobs: Azurite) -> AsyncIterator[ContainerClient]:
    connection = (
        f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={KEY};"
        f"BlobEndpoint={blobs.url};"
    )
    name = f"audit-{secrets.token_hex(6)}"
    async with ContainerClient.from_connection_string(connection, name) as made:
        await made.create_container()
        url = f"{blobs.url}/{name}"
        async with connect_container(url, made.credential) as client:
            yield client


@pytest.fixture
def blob(party: ServiceHarness, container: ContainerClient) -> AppendBlobDestination:
    return blob_destination(party, container)


def blob_destination(party: ServiceHarness, container: ContainerClient) -> AppendBlobDestination:
    async def checkpoint() -> str | None:
        return (await party.stores.log.head()).checkpoint

    surroundings = LogContext(
        origin=party.settings.policy.rp_id,
        frontier=party.service.proofs.frontier,
        checkpoint=checkpoint,
        entry=party.stores.log.entry,
    )
    return AppendBlobDestination(container, surroundings)
