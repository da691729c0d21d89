"""Alice has a passkey, and her psql wants to connect."""

from dataclasses import replace

import pytest

from shared.accounts.records import CredentialRecord
from tests.access_broker.databases.profiles import PSQL, settings
from tests.authenticator import SoftAuthenticator
from tests.harness.administrators import account
from tests.harness.service_harness import ServiceHarness
from tests.no_event import NO_EVENT
from tests.openid_provider.device_flow.devices import Devices


@pytest.fixture
def instance(party: ServiceHarness) -> ServiceHarness:
    return party.restarted(ACCESS_PROFILES=settings())


@pytest.fixture
def devices(instance: ServiceHarness) -> Devices:
    return Devices(instance, PSQL)


@pytest.fixture
async def alice(instance: ServiceHarness, alices: SoftAuthenticator) -> CredentialRecord:
    return await instance.register(alices, "alice")


async def put_into(party: ServiceHarness, username: str, *groups: str) -> None:
    owner = await account(party, username)
    changed = replace(owner.account, assigned_groups=frozenset(groups))
    assert await party.stores.accounts.change_account(owner, changed, event=NO_EVENT)
