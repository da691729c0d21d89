"""Alice has a passkey, and somebody's psql wants to be her."""

import pytest

from shared.accounts.records import CredentialRecord
from tests.authenticator import SoftAuthenticator
from tests.harness.service_harness import ServiceHarness
from tests.openid_provider.device_flow.devices import Devices


@pytest.fixture
def devices(party: ServiceHarness) -> Devices:
    return Devices(party)


@pytest.fixture
async def alice(party: ServiceHarness, alices: SoftAuthenticator) -> CredentialRecord:
    return await party.register(alices, "alice")
