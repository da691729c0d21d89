"""Stores on tables of their own, with their calls recorded."""

from collections.abc import AsyncIterator

import pytest

from devhost.azurite import Azurite
from shared.storage.accounts.credential_ids import CredentialIds
from shared.storage.challenges import ChallengeStore
from shared.storage.service_key import ServiceKeyStore
from tests.storage.records import Accounts
from tests.storage_proxy import StorageProxy
from tests.storage_transport import RecordingTransport, Storage, open_storage


@pytest.fixture
async def storage(azurite: Azurite) -> AsyncIterator[Storage]:
    """Tables for one test only; they do not exist yet."""
    async with open_storage(azurite.connection_string) as storage:
        yield storage


@pytest.fixture
def transport(storage: Storage) -> RecordingTransport:
    return storage.transport


@pytest.fixture
def challenges(storage: Storage) -> ChallengeStore:
    return ChallengeStore(storage.table("AuditOutbox"))


@pytest.fixture
def accounts(storage: Storage) -> Accounts:
    return Accounts(storage)


@pytest.fixture
def credential_ids(storage: Storage) -> CredentialIds:
    return CredentialIds(storage.table("CredentialIds"))


@pytest.fixture
def service_keys(storage: Storage) -> ServiceKeyStore:
    return ServiceKeyStore(storage.table("Service"))


@pytest.fixture
async def proxy(azurite: Azurite) -> AsyncIterator[StorageProxy]:
    async with StorageProxy(azurite) as proxy:
        yield proxy


@pytest.fixture
async def behind(proxy: StorageProxy) -> AsyncIterator[Storage]:
    """Storage that is reached through the proxy."""
    async with open_storage(proxy.connection_string) as storage:
        await storage.make_tables()
        yield storage
