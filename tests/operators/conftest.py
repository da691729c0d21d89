"""A relying party with a vault in which operators make tokens."""

from collections.abc import AsyncIterator

import pytest

from shared.keys.signing_key import SigningKey
from tests.harness.service_harness import Clock, ServiceHarness
from tests.harness.worlds import quick_hashing
from tests.operators.vault import Vault
from tests.storage_transport import Storage


@pytest.fixture
def vault(clock: Clock) -> Vault:
    return Vault(clock)


@pytest.fixture
async def party(
    storage: Storage, clock: Clock, signing_key: SigningKey, vault: Vault
) -> AsyncIterator[ServiceHarness]:
    party = ServiceHarness(storage, clock, signing_key, operator_secrets=vault)
    await party.warm()
    with quick_hashing():
        yield party
