"""Alice asks; Bob, Carol and Dave may approve."""

import pytest

from tests.access_broker.approvals.desk import Desk, Someone
from tests.harness.service_harness import ServiceHarness


@pytest.fixture
def desk(party: ServiceHarness) -> Desk:
    return Desk(party)


@pytest.fixture
async def alice(desk: Desk) -> Someone:
    return await desk.person("alice")


@pytest.fixture
async def bob(desk: Desk) -> Someone:
    return await desk.person("bob")


@pytest.fixture
async def carol(desk: Desk) -> Someone:
    return await desk.person("carol")


@pytest.fixture
async def dave(desk: Desk) -> Someone:
    return await desk.person("dave")
