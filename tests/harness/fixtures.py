"""A relying party whose storage calls are recorded, and two people's authenticators."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from shared.keys.signing_key import SigningKey, new_signing_key
from tests.authenticator import SoftAuthenticator
from tests.harness.service_harness import Clock, ServiceHarness, new_authenticator
from tests.harness.worlds import Keys, Prepared, World, open_world, prepare, quick_hashing
from tests.memory_client import open_memory
from tests.memory_tables import MemoryTables
from tests.storage_transport import RecordingTransport, Storage


@pytest.fixture(scope="session")
def signing_key() -> SigningKey:
    return new_signing_key()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def storage() -> AsyncIterator[Storage]:
    """Tables in memory; they do not exist yet. `tests/storage` has its own, in Azurite."""
    async with open_memory(MemoryTables(lambda: datetime.now(UTC))) as storage:
        yield storage


@pytest.fixture
async def party(
    storage: Storage, clock: Clock, signing_key: SigningKey
) -> AsyncIterator[ServiceHarness]:
    party = ServiceHarness(storage, clock, signing_key)
    await party.warm()
    with quick_hashing():
        yield party


@pytest.fixture
def transport(storage: Storage) -> RecordingTransport:
    return storage.transport


@pytest.fixture
def alices() -> SoftAuthenticator:
    return new_authenticator()


@pytest.fixture
def mallorys() -> SoftAuthenticator:
    return new_authenticator()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def prepared(signing_key: SigningKey) -> Prepared:
    with quick_hashing():
        return await prepare(Keys(signing=signing_key))


@pytest.fixture
async def world(prepared: Prepared) -> AsyncIterator[World]:
    async with open_world(prepared.keys) as world:
        world.set_back(prepared)
        with quick_hashing():
            yield world
