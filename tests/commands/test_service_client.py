"""Commands that call the service: what they repeat, what they refuse, and where the token goes."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from shared.backup.row_source import Page, Place
from shared.backup.tables_file import Row
from shared.commands.remote_rows import RemoteRows, begin_export
from shared.commands.service_client import ServiceClient, ServiceRefused, calling
from shared.keys.cached import TIME_LIMIT_SECONDS
from shared.keys.operator_vault import KEPT

TOKEN = "token"
ROW = {"PartitionKey": "p", "RowKey": "r", "Size": 1}
BEGUN = {"rpId": "a.example", "issuer": "https://a.example", "at": "2031-05-17T12:00:00Z"}

type Answer = web.Response | object
type Ask = Callable[[ServiceClient, str, Mapping[str, Any]], Awaitable[dict[str, Any]]]


class Service:
    """It gives one answer after the other; None is a connection that it cuts."""

    def __init__(self) -> None:
        self.answers: list[Answer | None] = []
        self.got: list[tuple[str, str | None, object]] = []
        self.pauses: list[float] = []

    async def answer(self, request: web.Request) -> web.StreamResponse:
        token = request.headers.get("Authorization")
        self.got.append((request.path, token, await request.json()))
        answer = self.answers.pop(0)
        if answer is None:
            assert request.transport is not None
            request.transport.close()
            return web.Response()
        return answer if isinstance(answer, web.Response) else web.json_response(answer)

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
async def client(service: Service) -> AsyncIterator[ServiceClient]:
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", service.answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    async with aiohttp.ClientSession() as session:
        yield ServiceClient(url, session, token=TOKEN, pause=service.pause)
    await runner.cleanup()


def busy(status: int = 503) -> web.Response:
    return web.json_response({"title": "Busy", "detail": "Wait."}, status=status)


async def test_rows_are_read_page_by_page(client: ServiceClient, service: Service) -> None:
    place = {"partition": "p", "row": "r"}
    service.answers = [
        {**BEGUN, "head": ROW},
        {"rows": [ROW], "next": place},
        {"rows": [], "next": None},
    ]
    rows = await begin_export(client)
    assert rows.about.rp_id == "a.example"
    assert await rows.head() == Row(table="AuditTree", entity=ROW)
    first = await rows.page("Links", None)
    assert first == Page(rows=[Row(table="Links", entity=ROW)], next=Place(partition="p", row="r"))
    assert await rows.page("Links", first.next) == Page(rows=[], next=None)
    assert service.got == [
        ("/operator/export", f"Bearer {TOKEN}", {}),
        ("/operator/export/rows", f"Bearer {TOKEN}", {"table": "Links"}),
        ("/operator/export/rows", f"Bearer {TOKEN}", {"table": "Links", "after": place}),
    ]


async def test_reading_is_repeated_after_an_outage(client: ServiceClient, service: Service) -> None:
    service.answers = [busy(), None, busy(429), {"rows": []}]
    assert await client.read("/x", {}) == {"rows": []}
    assert service.pauses == [1, 4, 10]


async def test_an_outage_that_lasts_is_an_error(client: ServiceClient, service: Service) -> None:
    service.answers = [*(busy() for _ in range(5)), {"rows": []}]
    with pytest.raises(ServiceRefused, match=r"Busy\. Wait\."):
        await client.read("/x", {})
    assert len(service.got) == 5


async def test_a_change_that_may_have_been_made_is_sent_once(
    client: ServiceClient, service: Service
) -> None:
    service.answers = [busy(), {}]
    with pytest.raises(ServiceRefused, match="Busy"):
        await client.change("/x", {})
    service.answers = [None, {}]
    with pytest.raises(OSError, match="does not answer"):
        await client.change("/x", {})
    assert len(service.got) == 2
    assert service.pauses == []


@pytest.mark.parametrize("ask", [ServiceClient.read, ServiceClient.change])
async def test_a_token_that_an_instance_does_not_know_yet_is_sent_again(
    client: ServiceClient, service: Service, ask: Ask
) -> None:
    """Strangers can make each instance read the vault just before the token is made."""
    service.answers = [busy(401), busy(401), {"rows": []}]
    assert await ask(client, "/x", {}) == {"rows": []}
    assert service.pauses == [1, 4]


@pytest.mark.parametrize("ask", [ServiceClient.read, ServiceClient.change])
async def test_a_token_that_stays_refused_is_an_error(
    client: ServiceClient, service: Service, ask: Ask
) -> None:
    service.answers = [busy(401) for _ in range(5)]
    with pytest.raises(ServiceRefused, match="Busy"):
        await ask(client, "/x", {})
    assert sum(service.pauses) > KEPT.total_seconds() + TIME_LIMIT_SECONDS


@pytest.mark.parametrize("ask", [ServiceClient.read, ServiceClient.change])
async def test_another_refusal_is_not_repeated(
    client: ServiceClient, service: Service, ask: Ask
) -> None:
    service.answers = [busy(409), {}]
    with pytest.raises(ServiceRefused, match="Busy"):
        await ask(client, "/x", {})
    assert len(service.got) == 1


async def test_the_token_follows_no_redirect(client: ServiceClient, service: Service) -> None:
    service.answers = [web.Response(status=307, headers={"Location": "/elsewhere"}), {}]
    with pytest.raises(ServiceRefused, match="status 307"):
        await client.read("/x", {})
    assert [path for path, *_ in service.got] == ["/x"]


@pytest.mark.parametrize("url", ["http://example.com", "ftp://localhost", "example.com", ""])
async def test_an_address_without_tls_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="is not an https address"):
        async with calling(url, token=TOKEN):
            raise AssertionError("the token would have been sent")


@pytest.mark.parametrize("url", ["https://example.com", "http://localhost:7071"])
async def test_tls_and_this_machine_are_accepted(url: str) -> None:
    async with calling(url, token=TOKEN) as client:
        assert isinstance(client, ServiceClient)


@pytest.mark.parametrize(
    "answer",
    [
        {"next": None},
        {"rows": [{}], "next": None},
        {"rows": [7], "next": None},
        {"rows": [], "next": 7},
        {"rows": []},
        [],
    ],
)
async def test_an_answer_without_rows_is_an_error(
    client: ServiceClient, service: Service, answer: object
) -> None:
    service.answers = [{**BEGUN, "head": None}, answer]
    rows = await begin_export(client)
    assert isinstance(rows, RemoteRows)
    with pytest.raises(ServiceRefused):
        await rows.page("Links", None)


@pytest.mark.parametrize("answer", [BEGUN, {}, {**BEGUN, "head": {}}, {**BEGUN, "at": 7}])
async def test_an_answer_that_begins_no_export_is_an_error(
    client: ServiceClient, service: Service, answer: object
) -> None:
    service.answers = [answer]
    with pytest.raises(ServiceRefused):
        await begin_export(client)
