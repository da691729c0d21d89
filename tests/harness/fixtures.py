"""A relying party whose storage calls are recorded, and two people's authenticators."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from devhost.azurite import Azurite
from shared.keys.signing_key import SigningKey, new_signing_key
from tests.authenticator import SoftAuthenticator
from tests.harness.service_harness import Clock, ServiceHarness, new_authenticator
from tests.harness.worlds import Keys, Prepared, World, open_world, prepare
from tests.memory_client import open_memory
from tests.memory_tables import MemoryTables
from tests.storage_transport import RecordingTransport, Storage, open_storage


@pytest.fixture(scope="session")
def signing_key() -> SigningKey:
    return new_signing_key()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def storage(request: pytest.FixtureRequest, clock: Clock) -> AsyncIterator[Storage]:
    """Tables that nobody else has; they do not exist yet."""
    if request.node.get_closest_marker("in_memory"):
        opened = open_memory(MemoryTables(clock))
    else:
        azurite: Azurite = request.getfixturevalue("azurite")
        opened = open_storage(azurite.connection_string)
    async with opened as storage:
        yield storage


@pytest.fixture
async def party(storage: Storage, clock: Clock, signing_key: SigningKey) -> ServiceHarness:
    party = ServiceHarness(storage, clock, signing_key)
    await party.warm()
    return party


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
    return await prepare(Keys(signing=signing_key))


@pytest.fixture
async def world(prepared: Prepared) -> AsyncIterator[World]:
    async with open_world(prepared.keys) as world:
        world.set_back(prepared)
        yield world
