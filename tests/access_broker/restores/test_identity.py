"""From an approved action to Azure, as the service is put together: by the assertion of the
profile, with a token of Entra for Resource Manager, under its own name."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from shared.access.restores.restore import Status
from shared.composition.access.entra import make_entra
from shared.composition.access.restores import make_restore_following, make_restore_parts
from shared.composition.openid.clients import Fetching
from shared.fetching.https import Https
from tests.access_broker.approvals.desk import IDENTITY
from tests.access_broker.restores.broker import Broker
from tests.entra.asking import issuer_documents
from tests.fakes.entra_tokens import EntraTokens
from tests.fakes.names import OnlyHere
from tests.fakes.resource_manager import AUDIENCE, ResourceManagerServer
from tests.fakes.tls import Tls, make_tls
from tests.harness.service_harness import ORIGIN, ServiceHarness
from tests.openid_provider.clients import fetching_from

HOST = "management.azure.com"


@pytest.fixture(scope="session")
def azure_tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    return make_tls(tmp_path_factory.mktemp("azure"), HOST)


@pytest.fixture
async def entra(azure_tls: Tls, party: ServiceHarness) -> AsyncIterator[EntraTokens]:
    keys = await party.keys.published_keys()
    async with EntraTokens(
        tls=azure_tls,
        tenant=IDENTITY.tenant,
        now=party.clock,
        fetch=issuer_documents(*keys, issuer=ORIGIN),
    ) as entra:
        yield entra


@pytest.fixture
async def azure(
    azure_tls: Tls, party: ServiceHarness, entra: EntraTokens
) -> AsyncIterator[ResourceManagerServer]:
    async with ResourceManagerServer(
        tls=azure_tls,
        now=party.clock,
        allowed={IDENTITY.client_id},
        decode=lambda token: entra.verify(token, audience=AUDIENCE),
    ) as server:
        server.elsewhere = f"https://{HOST}"
        yield server


async def test_azure_is_asked_by_the_identity_of_the_profile(
    party: ServiceHarness, entra: EntraTokens, azure: ResourceManagerServer, azure_tls: Tls
) -> None:
    entra.trust(IDENTITY.client_id, "profile:backups", issuer=ORIGIN)
    instance = party.restarted(ENTRA_LOGIN=entra.authority)
    port = int(azure.url.rpartition(":")[2])

    def fetching() -> Fetching:
        context = azure_tls.client_context()
        return replace(
            fetching_from(azure_tls),
            platforms=Https(tls=context),
            resource_manager=Https(tls=context, names=OnlyHere(HOST, port)),
        )

    broker = Broker(instance, azure)
    approval = await broker.intend()
    given = make_restore_parts(
        broker.approvals, fetching, make_entra(broker.approvals.parts, fetching)
    )
    following = make_restore_following(given)
    for _ in range(2):
        await following.follow(until=instance.clock().replace(year=2100))
        instance.clock.advance(minutes=1)
    assert await broker.status(approval) is Status.RUNNING
    (job,) = azure.jobs
    found = await broker.following.changes.find(approval)
    assert found is not None
    assert (found.restore.job, found.restore.request_id) == (job.id, job.activity)


async def test_entra_that_refuses_leaves_the_intent(
    party: ServiceHarness, entra: EntraTokens, azure: ResourceManagerServer, azure_tls: Tls
) -> None:
    entra.trust(IDENTITY.client_id, "profile:Backups", issuer=ORIGIN)  # it differs in case
    instance = party.restarted(ENTRA_LOGIN=entra.authority)
    broker = Broker(instance, azure)
    approval = await broker.intend()

    def fetching() -> Fetching:
        https = Https(tls=azure_tls.client_context())
        return replace(fetching_from(azure_tls), platforms=https)

    given = make_restore_parts(
        broker.approvals, fetching, make_entra(broker.approvals.parts, fetching)
    )
    await make_restore_following(given).follow(until=instance.clock().replace(year=2100))
    assert await broker.status(approval) is Status.INTENDED
    assert azure.seen == []
