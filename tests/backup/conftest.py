"""A relying party that may lose its storage, and an empty one to restore it into."""

from collections.abc import AsyncIterator

import pytest

from devhost.azurite import Azurite
from shared.tokens.signing_key import new_signing_key
from tests.authenticator import SoftAuthenticator
from tests.backup.restoring import Deployment
from tests.fixed_keys import new_checkpoint_key, new_sealing_key
from tests.relying_party.party import Clock, Party, new_authenticator
from tests.storage_transport import Storage, open_storage


@pytest.fixture(scope="session")
def keys() -> Deployment:
    return Deployment(
        signing_key=new_signing_key(),
        sealing_key=new_sealing_key(),
        checkpoint_key=new_checkpoint_key(),
    )


@pytest.fixture
def deployment(keys: Deployment) -> Deployment:
    """With keys that outlive the storage, as those in Key Vault do."""
    return keys.at(Clock())


@pytest.fixture
async def party(storage: Storage, deployment: Deployment) -> Party:
    party = deployment.over(storage)
    await party.warm()
    return party


@pytest.fixture
def alices() -> SoftAuthenticator:
    return new_authenticator()


@pytest.fixture
async def empty(azurite: Azurite) -> AsyncIterator[Storage]:
    """Another storage account, as far as a store can tell."""
    async with open_storage(azurite.connection_string) as storage:
        await storage.make_tables()
        yield storage
