"""Alice asks; Bob, Carol and Dave may approve."""

from collections.abc import AsyncIterator

import pytest

from tests.access_broker.approvals.desk import Desk, Someone, profile
from tests.fakes.tls import Tls, make_tls
from tests.fakes.webhook_receiver import HOST, WebhookReceiver
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


@pytest.fixture(scope="session")
def webhook_tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    return make_tls(tmp_path_factory.mktemp("webhook"), HOST)


@pytest.fixture
async def webhook(webhook_tls: Tls, desk: Desk) -> AsyncIterator[WebhookReceiver]:
    async with WebhookReceiver(tls=webhook_tls) as receiver:
        desk.keep(profile(webhooks=(receiver.address(),)))
        yield receiver
