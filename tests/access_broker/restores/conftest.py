"""Alice asks for a restore, and Bob approves it."""

from collections.abc import AsyncIterator

import pytest

from shared.access.approvals.approval import Approval
from tests.access_broker.approvals.desk import IDENTITY, Someone
from tests.access_broker.restores.broker import Broker
from tests.fakes.resource_manager import ResourceManagerServer
from tests.fakes.tls import Tls, make_tls
from tests.harness.service_harness import ServiceHarness


@pytest.fixture(scope="session")
def arm_tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    return make_tls(tmp_path_factory.mktemp("arm"))


@pytest.fixture
async def server(arm_tls: Tls, party: ServiceHarness) -> AsyncIterator[ResourceManagerServer]:
    allowed = {IDENTITY.client_id}
    async with ResourceManagerServer(tls=arm_tls, now=party.clock, allowed=allowed) as server:
        yield server


@pytest.fixture
def broker(party: ServiceHarness, server: ResourceManagerServer) -> Broker:
    return Broker(party, server)


@pytest.fixture
async def alice(broker: Broker) -> Someone:
    return await broker.desk.person("alice")


@pytest.fixture
async def bob(broker: Broker) -> Someone:
    return await broker.desk.person("bob")


@pytest.fixture
async def approval(broker: Broker, alice: Someone, bob: Someone) -> Approval:
    return await broker.approved(alice, bob)
