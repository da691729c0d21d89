"""Answers that end early, or that storage did not write, are refused and never misread."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime

import pytest
from aiohttp import web
from azure.core.pipeline.transport import AsyncHttpTransport
from pytest_mock import MockerFixture

from shared.errors import StorageUnavailable
from shared.storage.tables.table import MAX_TRANSACTION, Entity, Operation
from shared.storage.tables.versioned import VersionedTable
from tests.cut_answer import CutAnswer, body_of
from tests.storage_proxy import Forward, StorageProxy
from tests.storage_transport import Storage

THERE = {"PartitionKey": "p", "RowKey": "there", "Text": "some text", "Number": 7}
NEW, ANOTHER = ({"PartitionKey": "p", "RowKey": key} for key in ("new", "new-2"))
OLD_VERSION = "W/\"datetime'2001-01-01T00%3A00%3A00.0000000Z'\""

type Act = Callable[[VersionedTable], Awaitable[object]]


async def _pages(table: VersionedTable) -> object:
    return await anext(table.pages("PartitionKey eq @p", {"p": "p"}))


async def _first_page(table: VersionedTable) -> object:
    rows, _ = await table.first_page("PartitionKey eq @p", {"p": "p"}, may_be_missing=False)
    return rows


def _creating(*rows: Entity) -> list[Operation]:
    return [Operation("create", row) for row in rows]


ACTS: dict[str, Act] = {
    "insert": lambda table: table.insert(NEW),
    "insert again": lambda table: table.insert(THERE),
    "get": lambda table: table.get("p", "there"),
    "get some columns": lambda table: table.get("p", "there", select=["Number"]),
    "get nothing": lambda table: table.get("p", "absent"),
    "query": lambda table: table.query("PartitionKey eq @p", {"p": "p"}, limit=MAX_TRANSACTION),
    "pages": _pages,
    "first page": _first_page,
    "now": lambda table: table.now(),
    "merge": lambda table: table.merge(THERE),
    "replace": lambda table: table.replace(THERE, etag="*"),
    "replace an old version": lambda table: table.replace(THERE, etag=OLD_VERSION),
    "upsert": lambda table: table.upsert(THERE),
    "delete": lambda table: table.delete("p", "there"),
    "delete nothing": lambda table: table.delete("p", "absent"),
    "transact": lambda table: table.transact(_creating(NEW, ANOTHER)),
    "transact too late": lambda table: table.transact(_creating(NEW, THERE)),
    "write one": lambda table: table.write([(NEW, None)]),
    "write": lambda table: table.write([(NEW, None), (ANOTHER, None)]),
    "write too late": lambda table: table.write([(NEW, None), (THERE, None)]),
}
acts = pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())


@pytest.fixture(autouse=True)
def _no_naps(mocker: MockerFixture) -> None:
    mocker.patch.object(AsyncHttpTransport, "sleep", mocker.AsyncMock())


async def start_over(proxy: StorageProxy, table: VersionedTable) -> None:
    proxy.intercept = None
    await table.upsert(THERE)
    for row in (NEW, ANOTHER):
        await table.delete(row["PartitionKey"], row["RowKey"])


async def assert_none_or(expected: object, act: Act, table: VersionedTable) -> None:
    """The act fails, or its result is that of a whole answer. After a retry, a row that already
    exists may be our own: the caller checks who made it."""
    try:
        outcome = await act(table)
    except StorageUnavailable:
        return
    assert comparable(outcome) == expected or (expected is True and outcome is False)


def comparable(outcome: object) -> object:
    if isinstance(outcome, datetime):
        return datetime
    return [type(each) for each in outcome] if isinstance(outcome, list) else outcome


def _cuts(length: int) -> Iterator[int]:
    """Return many places at which an answer of this length can end, with the first and the last."""
    yield from range(0, length, max(1, length // 24))
    yield length - 1


@acts
@pytest.mark.parametrize("as_announced", [False, True], ids=["early", "as announced"])
async def test_a_cut_answer_is_refused_or_equals_the_whole_one(
    proxy: StorageProxy, behind: Storage, act: Act, *, as_announced: bool
) -> None:
    """A connection ends early, or a proxy cuts the answer and corrects its length."""
    table, whole = behind.versioned("Accounts"), []

    async def look(_name: str, forward: Forward) -> web.StreamResponse:
        answer = await forward()
        whole.append(len(body_of(answer)))
        return answer

    await start_over(proxy, table)
    proxy.intercept = look
    expected = comparable(await act(table))
    for cut in _cuts(whole[-1]):
        await start_over(proxy, table)

        async def shorten(_name: str, forward: Forward, cut: int = cut) -> web.StreamResponse:
            answer = await forward()
            announced = cut if as_announced else len(body_of(answer))
            return CutAnswer(answer, cut, announced=announced)

        proxy.intercept = shorten
        await assert_none_or(expected, act, table)


FOREIGN = [
    web.Response(text="<html><body>Sign in to go on</body></html>"),
    web.Response(),
    web.Response(text="{}", content_type="application/json"),
    web.Response(text='{"value":[{}]}', content_type="application/json"),
    web.Response(text='{"value":{}}', content_type="application/json"),
    web.Response(text="[" * 100_000, content_type="application/json"),
    web.Response(text="[]", content_type="application/json"),
    web.Response(body=b"\xff\xfe\x00{", content_type="application/json"),
    web.Response(text="<a><b></a>", content_type="application/xml"),
    web.Response(text="--x", status=202, content_type="multipart/mixed"),
    web.Response(body=b"no gzip", headers={"Content-Encoding": "gzip"}),
    web.Response(status=302, headers={"Location": "/elsewhere"}),
]
"""What a proxy, a firewall or a wrong address may answer."""
UNSIGNED = [
    web.Response(status=204),
    web.Response(status=404, text="<html>There is no such page</html>"),
    web.Response(status=409, text="conflict"),
    web.Response(status=412),
]
"""Storage answers these too, but with its request ID."""


def _copy(answer: web.Response, *, signed: bool) -> web.Response:
    headers = {name: value for name, value in answer.headers.items() if name != "Content-Length"}
    if signed:
        headers["x-ms-request-id"] = "b5755d4d-a133-4c57-b1b6-2db71252dcf9"
    return web.Response(status=answer.status, headers=headers, body=answer.body)


@acts
async def test_a_foreign_answer_is_refused(proxy: StorageProxy, behind: Storage, act: Act) -> None:
    table = behind.versioned("Accounts")
    await start_over(proxy, table)
    signed = [_copy(answer, signed=True) for answer in FOREIGN]
    unsigned = [_copy(answer, signed=False) for answer in (*FOREIGN, *UNSIGNED)]
    for foreign in signed + unsigned:

        async def answer(
            _name: str, _forward: Forward, foreign: web.Response = foreign
        ) -> web.Response:
            return _copy(foreign, signed=False)

        proxy.intercept = answer
        with pytest.raises(StorageUnavailable):
            await act(table)
