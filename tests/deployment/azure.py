"""Everything that the app reaches in Azure, without a key to any of it: stand-ins over TLS."""

import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from azure.data.tables import TableServiceClient
from azure.storage.blob import ContainerClient

from devhost.azurite import KEY, Azurite, Certificate
from shared import base64url
from shared.keys.certificate import PEM
from tests.deployment.template import app_settings, streams, table_names
from tests.fakes.application_insights import RESOURCE as INSIGHTS
from tests.fakes.application_insights import ApplicationInsights
from tests.fakes.identity_endpoint import IdentityEndpoint
from tests.fakes.key_vault import FakeKeyVault
from tests.fakes.key_vault_answers import RESOURCE as VAULT
from tests.fakes.key_vault_answers import Secret
from tests.fakes.log_ingestion import RESOURCE as MONITOR
from tests.fakes.log_ingestion import FakeLogIngestion
from tests.fakes.tls import Tls
from tests.keys.certificates import self_signed

STORAGE = "https://storage.azure.com"
CONTAINER = "audit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """With the tables and the container that the template makes."""

    tables: Azurite
    blobs: Azurite
    tls: Tls

    def table_names(self) -> set[str]:
        with self._table_service() as service:
            return {table.name for table in service.list_tables()}

    def audit_log(self) -> bytes:
        """All that was appended."""
        with self._container() as container:
            names = sorted(container.list_blob_names())
            return b"".join(container.download_blob(name).readall() for name in names)

    def prepare(self) -> None:
        with self._table_service() as service, self._container() as container:
            for name in table_names():
                service.create_table(name)
            container.create_container()

    def _table_service(self) -> TableServiceClient:
        return TableServiceClient.from_connection_string(
            self.tables.connection_string, connection_verify=str(self.tls.authority)
        )

    def _container(self) -> ContainerClient:
        return ContainerClient(
            self.blobs.url, CONTAINER, KEY, connection_verify=str(self.tls.authority)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Azure:
    storage: Storage
    vault: FakeKeyVault
    ingestion: FakeLogIngestion
    insights: ApplicationInsights
    identity: IdentityEndpoint


@contextmanager
def storage_in_azure(tls: Tls) -> Iterator[Storage]:
    certificate = Certificate(cert=tls.certificate, key=tls.key)
    with (
        Azurite(certificate=certificate) as tables,
        Azurite(certificate=certificate, service="blob") as blobs,
    ):
        storage = Storage(tables=tables, blobs=blobs, tls=tls)
        storage.prepare()
        yield storage


@asynccontextmanager
async def azure_around(storage: Storage) -> AsyncIterator[Azure]:
    async with (
        FakeKeyVault(storage.tls) as vault,
        FakeLogIngestion(storage.tls, streams()) as ingestion,
        ApplicationInsights(storage.tls, needs_token=True) as insights,
        IdentityEndpoint(STORAGE, VAULT, MONITOR, INSIGHTS) as identity,
    ):
        _add_keys(vault)
        yield Azure(
            storage=storage, vault=vault, ingestion=ingestion, insights=insights, identity=identity
        )


def _add_keys(vault: FakeKeyVault) -> None:
    """As the hook of the template does; long ago, so that the signing key is in use."""
    names, made = app_settings(), datetime.now(UTC) - timedelta(days=30)
    values = {
        names["SIGNING_CERTIFICATE"]: (self_signed(0).pem(), PEM),
        names["SEALING_KEY"]: (base64url.encode(secrets.token_bytes(32)), None),
        names["CHECKPOINT_KEY"]: (base64url.encode(secrets.token_bytes(32)), None),
    }
    for name, (value, content_type) in values.items():
        vault.add(name, Secret(value=value, content_type=content_type, created=made, updated=made))
