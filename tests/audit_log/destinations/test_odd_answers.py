"""After an unexpected answer of a destination, the same entries are sent again later."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from azure.core.credentials import AzureNamedKeyCredential

from devhost.azurite import ACCOUNT, KEY
from shared.audit_log.destinations.append_blob import connect_container
from shared.audit_log.destinations.monitor import MonitorDestination
from tests.audit_log.destinations.conftest import blob_destination
from tests.audit_log.destinations.shipping_party import record_events, ship, shipping
from tests.cut_answer import CutAnswer
from tests.fakes.log_ingestion import Answer, FakeLogIngestion
from tests.harness.service_harness import Clock, ServiceHarness

ODD = [
    (b"<html>Sign in to go on</html>", "text/html"),
    (b"", "application/xml"),
    (b"<EnumerationResults><Blobs><Blob><Name>2031/05", "application/xml"),
    (b"<EnumerationResults/>", "application/xml"),
    (b"<a/>", "application/xml"),
    (b"\xff\xfe\x00<", "application/xml"),
    (b"{}", "application/json"),
]
statuses = pytest.mark.parametrize("status", [200, 201, 302, 400, 404, 409, 412, 503])


class OddStorage:
    """Answers all requests in the same way."""

    def __init__(self, status: int) -> None:
        self._status = status
        self.body, self.type, self.cut = ODD[0][0], ODD[0][1], False

    async def __aenter__(self) -> str:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/{ACCOUNT}/audit"

    async def __aexit__(self, *error: object) -> None:
        await self._runner.cleanup()

    async def _answer(self, _request: web.Request) -> web.StreamResponse:
        headers = {"Content-Type": self.type, "Location": "/elsewhere"}
        answer = web.Response(status=self._status, body=self.body, headers=headers)
        announced = len(self.body) + 10 * self.cut
        return CutAnswer(answer, len(self.body), announced=announced)


@pytest.fixture(autouse=True)
async def _something_to_ship(party: ServiceHarness) -> AsyncIterator[None]:
    await record_events(party, 2)
    yield
    assert (await party.stores.cursors.load("blob")).next == 0
    assert (await party.stores.cursors.load("monitor")).next == 0


@statuses
async def test_an_odd_answer_of_a_container_is_a_failure(
    party: ServiceHarness, clock: Clock, status: int
) -> None:
    odd = OddStorage(status)
    async with (
        odd as url,
        connect_container(url, AzureNamedKeyCredential(ACCOUNT, KEY)) as client,  # type: ignore[arg-type]
    ):
        for odd.body, odd.type in ODD:
            for odd.cut in (False, True):
                destination = blob_destination(party, client)
                assert await ship(party, destination) == 0, odd.body
                assert (await shipping(party, destination).lags())["blob"].failing
                clock.advance(hours=2)


@statuses
async def test_an_odd_answer_of_a_rule_is_a_failure(
    party: ServiceHarness,
    clock: Clock,
    ingestion: FakeLogIngestion,
    monitor: MonitorDestination,
    status: int,
) -> None:
    for body, media_type in ODD:
        for cut in (0, 10):
            headers = {"Content-Type": media_type, "Location": "/elsewhere"}
            ingestion.answers = [Answer(status, headers, body, len(body) + cut)] * 3
            if status == 400 and not cut:
                continue  # a refusal, whatever its body is
            assert await ship(party, monitor) == 0, body
            assert (await shipping(party, monitor).lags())["monitor"].failing
            clock.advance(hours=2)
