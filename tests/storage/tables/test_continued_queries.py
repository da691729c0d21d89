"""A query goes on where storage has stopped, which may be anywhere and after no row at all."""

import json
from collections.abc import Sequence
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

import pytest
from azure.core.credentials import AzureNamedKeyCredential
from azure.core.pipeline.transport import AsyncHttpTransport
from azure.core.rest import HttpRequest
from azure.data.tables.aio import TableServiceClient

from shared.errors import StorageUnavailable
from shared.storage.table_service.answer import Answer, Headers
from shared.storage.table_service.service import TableService
from shared.storage.tables.connection import Connection
from shared.storage.tables.table import Table

GONE = json.dumps({"odata.error": {"code": "TableNotFound"}})


def page(*rows: str, more: tuple[str, str] | None = None) -> Answer:
    headers = Headers()
    if more:
        headers["x-ms-continuation-NextPartitionKey"] = more[0]
        headers["x-ms-continuation-NextRowKey"] = more[1]
    value = [{"PartitionKey": "p", "RowKey": row, "odata.etag": f'W/"{row}"'} for row in rows]
    return Answer(200, headers, json.dumps({"value": value}).encode())


class Scripted(AsyncHttpTransport[HttpRequest, Any]):
    def __init__(self, answers: Sequence[Answer]) -> None:
        self._answers = list(answers)
        self.asked: list[dict[str, str]] = []

    async def send(self, request: HttpRequest, **_options: object) -> Answer:
        self.asked.append(dict(parse_qsl(urlsplit(request.url).query)))
        return self._answers.pop(0)

    async def open(self) -> None:
        """There is nothing to open."""

    async def close(self) -> None:
        """Nor to close."""

    async def __aexit__(self, *_error: object) -> None:
        await self.close()


def table_over(transport: Scripted) -> Table:
    service = TableService(
        "http://storage.test/account",
        credential=AzureNamedKeyCredential("account", "a2V5"),
        transport=transport,
    )
    return Table(Connection(service, lambda: cast("TableServiceClient", None)), "T")


async def keys(transport: Scripted, limit: int) -> list[str]:
    rows = await table_over(transport).query("PartitionKey eq @p", {"p": "p"}, limit=limit)
    return [row["RowKey"] for row in rows]


async def test_a_query_goes_on_until_storage_has_no_more() -> None:
    more = ("1!4!cA==", "1!4!YQ-&")
    transport = Scripted([page(more=more), page("a", more=more), page("b", "c")])
    assert await keys(transport, 9) == ["a", "b", "c"]
    assert [asked["$top"] for asked in transport.asked] == ["9", "9", "8"]
    begins = [(asked.get("NextPartitionKey"), asked.get("NextRowKey")) for asked in transport.asked]
    assert begins == [(None, None), more, more]


async def test_a_query_stops_at_its_limit() -> None:
    transport = Scripted([page("a", "b", more=("p", "c"))])
    assert await keys(transport, 2) == ["a", "b"]


async def test_a_query_asks_for_no_more_than_storage_gives_at_once() -> None:
    transport = Scripted([page("a")])
    await keys(transport, 2000)
    assert transport.asked[0]["$top"] == "1000"


async def test_a_table_that_vanishes_between_two_pages_is_no_end() -> None:
    gone = Answer(404, Headers(), GONE.encode())
    assert await keys(Scripted([gone]), 9) == []
    with pytest.raises(StorageUnavailable):
        await keys(Scripted([page("a", more=("p", "b")), gone]), 9)
