"""Answers that are broken as HTTP, and connections that are lost, are refused and never misread."""

from collections.abc import Callable, Mapping

import pytest
from aiohttp import web
from azure.core.pipeline.transport import AsyncHttpTransport
from pytest_mock import MockerFixture

from shared.errors import StorageUnavailable
from tests.cut_answer import body_of
from tests.raw_answer import RawAnswer, head_of
from tests.storage.test_cut_answers import ACTS, Act, acts, assert_none_or, comparable, start_over
from tests.storage_proxy import Forward, StorageProxy
from tests.storage_transport import Storage

type Break = Callable[[web.Response], RawAnswer]


@pytest.fixture(autouse=True)
def _no_naps(mocker: MockerFixture) -> None:
    mocker.patch.object(AsyncHttpTransport, "sleep", mocker.AsyncMock())


def _whole(answer: web.Response, **changed: str | None) -> bytes:
    return head_of(answer, **changed) + body_of(answer)


def _head_until(mark: str) -> Break:
    def cut(answer: web.Response) -> RawAnswer:
        head = head_of(answer)
        return RawAnswer(head[: head.index(mark.encode()) + 1])

    return cut


def _chunked(answer: web.Response, body: str) -> RawAnswer:
    head = head_of(answer, Content_Length=None, Transfer_Encoding="chunked")
    return RawAnswer(head + body.encode())


def _reset_in_the_body(answer: web.Response) -> RawAnswer:
    whole = _whole(answer)
    return RawAnswer(whole[: len(whole) - len(body_of(answer)) // 2 - 1], reset=True)


BROKEN: Mapping[str, Break] = {
    "nothing": lambda _: RawAnswer(),
    "reset": lambda _: RawAnswer(reset=True),
    "half a status": _head_until("1.1"),
    "half a name": _head_until("-request-id"),
    "half a value": _head_until(": "),
    "half a head": lambda answer: RawAnswer(head_of(answer)[:-2]),
    "reset in the body": _reset_in_the_body,
    "garbage": lambda _: RawAnswer(b"\x16\x03\x01\x02\x00\x01\xfc\x03\x03 garbage\r\n\r\n"),
    "another protocol": lambda _: RawAnswer(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "HTTP/2": lambda _: RawAnswer(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00"),
    "HTTP/0.9": lambda answer: RawAnswer(body_of(answer) + b"\r\n\r\n"),
    "no number": lambda answer: RawAnswer(_whole(answer).replace(b"1.1 ", b"1.1 x", 1)),
    "a length that is no number": lambda answer: RawAnswer(_whole(answer, Content_Length="many")),
    "a negative length": lambda answer: RawAnswer(_whole(answer, Content_Length="-1")),
    "a chunk without a size": lambda answer: _chunked(answer, "size\r\n{}\r\n0\r\n\r\n"),
    "a cut chunk": lambda answer: _chunked(answer, "ff\r\n{"),
    "a head of a mebibyte": lambda answer: RawAnswer(_whole(answer, Long="x" * (1 << 20))),
    "other bytes in a name": lambda answer: RawAnswer(_whole(answer, **{"a(b": "c"})),
}
"""From none of them can anything be learned."""
DOUBTFUL: Mapping[str, Break] = {
    "too short a length": lambda answer: RawAnswer(
        _whole(answer, Content_Length=str(max(0, len(body_of(answer)) - 1)))
    ),
    "too long a length": lambda answer: RawAnswer(
        _whole(answer, Content_Length=str(len(body_of(answer)) + 7))
    ),
    "no length": lambda answer: RawAnswer(_whole(answer, Content_Length=None)),
    "two lengths": lambda answer: RawAnswer(
        _whole(answer, **{"Content_Length": "0", "content-length": str(len(body_of(answer)))})
    ),
    "a length and chunks": lambda answer: RawAnswer(_whole(answer, Transfer_Encoding="chunked")),
    "two answers": lambda answer: RawAnswer(_whole(answer) * 2),
    "an interim answer": lambda answer: RawAnswer(b"HTTP/1.1 103 Wait\r\n\r\n" + _whole(answer)),
    "a folded header": lambda answer: RawAnswer(_whole(answer, Folded="a\r\n b")),
    "lines without CR": lambda answer: RawAnswer(
        head_of(answer).replace(b"\r", b"") + body_of(answer)
    ),
}
"""The outcome is that of the whole answer, or there is none."""


async def _breaking(proxy: StorageProxy, broken: Break) -> None:
    async def answer(_name: str, forward: Forward) -> web.StreamResponse:
        return broken(await forward())

    proxy.intercept = answer


@acts
async def test_a_broken_answer_is_refused(proxy: StorageProxy, behind: Storage, act: Act) -> None:
    table = behind.versioned("Accounts")
    for broken in BROKEN.values():
        await start_over(proxy, table)
        await _breaking(proxy, broken)
        with pytest.raises(StorageUnavailable):
            await act(table)


@acts
async def test_a_doubtful_answer_is_refused_or_equals_the_whole_one(
    proxy: StorageProxy, behind: Storage, act: Act
) -> None:
    table = behind.versioned("Accounts")
    await start_over(proxy, table)
    expected = comparable(await act(table))
    for doubtful in DOUBTFUL.values():
        await start_over(proxy, table)
        await _breaking(proxy, doubtful)
        await assert_none_or(expected, act, table)


ONCE = {"replace", "replace an old version", "write one", "write", "write too late"}
"""A second request would find the new version of the first and look like a lost race."""


@pytest.mark.parametrize("applied", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("name", ACTS)
async def test_a_request_is_repeated_after_a_reset_if_that_is_safe(
    proxy: StorageProxy, behind: Storage, name: str, *, applied: bool
) -> None:
    table = behind.versioned("Accounts")
    await start_over(proxy, table)

    async def reset(_name: str, forward: Forward) -> web.StreamResponse:
        if applied:
            await forward()
        return RawAnswer(reset=True)

    proxy.intercept = reset
    behind.transport.forget()
    with pytest.raises(StorageUnavailable):
        await ACTS[name](table)
    assert len(behind.transport.names) == (1 if name in ONCE else 3)


SERVER_ERRORS = {
    "InternalError": 500,
    "OperationTimedOut": 500,
    "of a gateway": 504,
    "ServerBusy": 503,
}
"""After each of them the change may have been made, except the last: storage did not begin."""


@pytest.mark.parametrize("name", ACTS)
async def test_a_request_is_repeated_after_a_server_error_if_that_is_safe(
    proxy: StorageProxy, behind: Storage, name: str
) -> None:
    table = behind.versioned("Accounts")
    for code, status in SERVER_ERRORS.items():
        await start_over(proxy, table)

        async def fail(
            _name: str, forward: Forward, code: str = code, status: int = status
        ) -> web.Response:
            if code != "ServerBusy":
                await forward()
            error = {"odata.error": {"code": code, "message": {"lang": "en-US", "value": code}}}
            return web.json_response(error, status=status)

        proxy.intercept = fail
        behind.transport.forget()
        with pytest.raises(StorageUnavailable):
            await ACTS[name](table)
        once = name in ONCE and code != "ServerBusy"
        assert len(behind.transport.names) == (1 if once else 3), code
