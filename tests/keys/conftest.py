"""A Key Vault, an identity that may read it, the client of the service, and a clock."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from azure.keyvault.secrets.aio import SecretClient

from devhost.azurite import Azurite
from shared.azure.credential import sign_in
from shared.keys.cached import Cached
from shared.keys.certificate import read_certificate
from shared.keys.client_ca.in_vault import RemoteKeys
from shared.keys.key_vault import SecretVersions
from shared.keys.sealing_key import SealingKey, read_sealing_key
from shared.keys.signing_key import SigningKey
from shared.keys.vault_client import connect
from tests.fakes.identity_endpoint import CLIENT_ID, IdentityEndpoint
from tests.fakes.key_vault import FakeKeyVault
from tests.fakes.key_vault_answers import HOSTS, RESOURCE
from tests.fakes.tls import Tls, make_tls
from tests.keys.clock import Clock
from tests.keys.source import INTERVAL, Source
from tests.keys.vault_secrets import (
    CERTIFICATE,
    CHECKPOINT,
    CLIENT_CA,
    ORIGIN,
    SEALING,
    add_checkpoint_key,
)


@pytest.fixture(scope="session")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    return make_tls(tmp_path_factory.mktemp("tls"), HOSTS, "vault.example")


@pytest.fixture
async def vault(tls: Tls) -> AsyncIterator[FakeKeyVault]:
    async with FakeKeyVault(tls, page_size=2) as vault:
        yield vault


@pytest.fixture
async def identity(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[IdentityEndpoint]:
    async with IdentityEndpoint(RESOURCE) as identity:
        for name, value in identity.environment.items():
            monkeypatch.setenv(name, value)
        yield identity


@pytest.fixture
async def client(vault: FakeKeyVault, identity: IdentityEndpoint) -> AsyncIterator[SecretClient]:
    credential = sign_in(client_id=CLIENT_ID)
    async with credential, connect(vault.url, credential, transport=vault.transport()) as client:
        yield client


@pytest.fixture
def certificates(client: SecretClient) -> SecretVersions[SigningKey]:
    return SecretVersions(client, CERTIFICATE, read_certificate)


@pytest.fixture
def sealing_keys(client: SecretClient) -> SecretVersions[SealingKey]:
    return SecretVersions(client, SEALING, read_sealing_key)


@pytest.fixture
def remote_keys(client: SecretClient) -> RemoteKeys:
    return RemoteKeys(client, CLIENT_CA)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def cached(source: Source, clock: Clock) -> Cached[int]:
    return Cached("key", source.read, interval=timedelta(seconds=INTERVAL), clock=clock)


@pytest.fixture
def settings(
    own_azurite: Azurite, vault: FakeKeyVault, identity: IdentityEndpoint, tmp_path: Path
) -> dict[str, str]:
    """Of a host whose keys are in the vault."""
    add_checkpoint_key(vault)
    return {
        "TABLES_CONNECTION_STRING": own_azurite.connection_string,
        "SIGNING_KEY_FILE": "",
        "CLIENT_CA_KEY_FILE": "",
        "KEY_VAULT_URL": vault.url,
        "SIGNING_CERTIFICATE": CERTIFICATE,
        "SEALING_KEY": SEALING,
        "CHECKPOINT_KEY": CHECKPOINT,
        "AZURE_CLIENT_ID": CLIENT_ID,
        "RP_ORIGINS": ORIGIN,
        "ISSUER": ORIGIN,
        **identity.environment,
        **vault.environment(tmp_path),
    }
