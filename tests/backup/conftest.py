"""A relying party that may lose its storage, and an empty one to restore it into."""

from collections.abc import AsyncIterator

import pytest

from devhost.azurite import Azurite
from shared.keys.signing_key import SigningKey
from tests.harness.service_harness import Clock, ServiceHarness
from tests.storage_transport import Storage, open_storage


@pytest.fixture
async def party(storage: Storage, signing_key: SigningKey) -> ServiceHarness:
    """Its keys survive the loss of the storage, like those in Key Vault."""
    party = ServiceHarness(storage, Clock(), signing_key)
    await party.warm()
    return party


@pytest.fixture
async def empty(azurite: Azurite) -> AsyncIterator[Storage]:
    """It acts as another storage account."""
    async with open_storage(azurite.connection_string) as storage:
        await storage.make_tables()
        yield storage
