"""A relying party whose storage calls are recorded, and two people's authenticators."""

import pytest

from shared.tokens.signing_key import SigningKey, new_signing_key
from tests.authenticator import SoftAuthenticator
from tests.relying_party.party import Clock, Party, new_authenticator
from tests.storage_transport import RecordingTransport, Storage


@pytest.fixture(scope="session")
def signing_key() -> SigningKey:
    return new_signing_key()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def party(storage: Storage, clock: Clock, signing_key: SigningKey) -> Party:
    party = Party(storage, clock, signing_key)
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
