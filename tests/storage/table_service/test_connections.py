"""Connections are used again, and an answer never reaches a request that it does not belong to."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from azure.core.exceptions import (
    ServiceRequestError,
    ServiceResponseError,
    ServiceResponseTimeoutError,
)
from pytest_mock import MockerFixture

from shared.storage.table_service import connections
from shared.storage.table_service.connections import Connections
from shared.storage.table_service.http_connection import HttpConnection
from tests.fakes.tls import Tls, make_tls

type Serve = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]


def answer(text: str) -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Length: {len(text)}\r\n\r\n{text}".encode()


def request(text: str) -> bytes:
    return f"GET /{text} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


class Server:
    """Answers each request with its own path, unless told otherwise."""

    def __init__(self) -> None:
        self.opened = 0
        self.accepted = asyncio.Event()
        self.closed = asyncio.Event()
        """Set when a client has closed its connection."""
        self.serve: Serve = self.echo
        self.writers: list[asyncio.StreamWriter] = []

    async def echo(self, path: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(path.decode()))

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.opened += 1
        self.accepted.set()
        self.writers.append(writer)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                await self.serve(head.split(b" ")[1][1:], writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            self.closed.set()
        finally:
            writer.close()


@pytest.fixture
def server() -> Server:
    return Server()


async def _listening(server: Server, tls: ssl.SSLContext | None = None) -> asyncio.Server:
    return await asyncio.start_server(server, "127.0.0.1", 0, ssl=tls)


def _connections(listening: asyncio.Server, scheme: str = "http") -> Connections:
    port = listening.sockets[0].getsockname()[1]
    return Connections(f"{scheme}://127.0.0.1:{port}", connect_seconds=2, answer_seconds=10)


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    return make_tls(tmp_path_factory.mktemp("tls"))


@pytest.fixture(params=["http", "https"])
async def opened(
    server: Server, tls: Tls, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Connections]:
    """Over TLS too, as in Azure, where the event loop has other code for everything."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tls.authority))
    context = tls.server_context() if request.param == "https" else None
    async with await _listening(server, context) as listening:
        opened = _connections(listening, request.param)
        yield opened
        opened.close()
        for writer in server.writers:
            writer.close()


async def _asked(opened: Connections, text: str) -> str:
    return (await opened.ask(request(text), text)).content.decode()


async def test_a_connection_is_used_again(opened: Connections, server: Server) -> None:
    assert [await _asked(opened, f"{n}") for n in range(3)] == ["0", "1", "2"]
    assert server.opened == 1


async def test_requests_beside_each_other_have_connections_of_their_own(
    opened: Connections, server: Server
) -> None:
    met = asyncio.Barrier(3)

    async def together(path: bytes, writer: asyncio.StreamWriter) -> None:
        await met.wait()
        await server.echo(path, writer)

    server.serve = together
    for _ in range(2):
        texts = ["a", "b", "c"]
        assert await asyncio.gather(*(_asked(opened, text) for text in texts)) == texts
    assert server.opened == 3


async def test_no_more_connections_are_opened_than_allowed(
    mocker: MockerFixture, server: Server
) -> None:
    mocker.patch.object(connections, "AT_ONCE", 2)
    async with await _listening(server) as listening:
        opened = _connections(listening)
        texts = [f"{n}" for n in range(8)]
        assert await asyncio.gather(*(_asked(opened, text) for text in texts)) == texts
        assert server.opened == 2
        opened.close()
        await server.closed.wait()


async def test_a_connection_that_was_idle_for_long_is_not_used(
    opened: Connections, server: Server, mocker: MockerFixture
) -> None:
    mocker.patch.object(connections, "IDLE_SECONDS", 0)
    assert [await _asked(opened, text) for text in ("a", "b")] == ["a", "b"]
    assert server.opened == 2
    await server.closed.wait()


@pytest.mark.parametrize("more", [answer("evil"), b"x", b"HTTP/1.1 200 OK\r\n"])
@pytest.mark.parametrize("late", [False, True], ids=["with it", "after it"])
async def test_what_nobody_asked_for_is_no_answer(
    opened: Connections, server: Server, more: bytes, *, late: bool
) -> None:
    """Else all later answers would be taken for those of other requests."""

    async def twice(path: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(path.decode()) + (b"" if late else more))

    server.serve = twice
    if late:
        assert await _asked(opened, "first") == "first"
        server.writers[0].write(more)
    else:
        with pytest.raises(ServiceResponseError):
            await _asked(opened, "first")
    await server.closed.wait()
    server.serve = server.echo
    assert await _asked(opened, "second") == "second"
    assert server.opened == 2


@pytest.mark.parametrize("named", ["first", "second", None])
async def test_the_answer_to_another_request_is_no_answer(
    opened: Connections, server: Server, named: str | None
) -> None:
    """It may have arrived when the next request had been sent already. Storage says which request
    it answers, if it does not refuse it."""

    async def answer_again(_path: bytes, writer: asyncio.StreamWriter) -> None:
        name = f"OK\r\nx-ms-client-request-id: {named}\r\n" if named else "OK\r\n"
        writer.write(answer("again").replace(b"OK\r\n", name.encode()))

    assert (await opened.ask(request("first"), "first")).content == b"first"
    server.serve = answer_again
    if named == "first":
        with pytest.raises(ServiceResponseError):
            await opened.ask(request("second"), "second")
        await server.closed.wait()
    else:
        assert (await opened.ask(request("second"), "second")).content == b"again"


async def test_a_refusal_that_comes_before_the_request_has_left_ends_the_connection(
    opened: Connections, server: Server
) -> None:
    """The server would read the rest of that request as part of the next one."""
    body = b"x" * (16 << 20)
    head = b"POST /first HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(body)

    async def early(path: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(path.decode()).replace(b"200 OK", b"413 Too large"))
        await server.closed.wait()  # without reading on

    server.serve = early
    assert (await opened.ask(head + body, "first")).content == b"first"
    server.serve = server.echo
    assert await _asked(opened, "second") == "second"
    assert server.opened == 2
    server.closed.set()


async def test_a_late_answer_goes_to_nobody(opened: Connections, server: Server) -> None:
    """Its request was given up."""
    asked = asyncio.Event()

    async def late(_path: bytes, _writer: asyncio.StreamWriter) -> None:
        asked.set()

    server.serve = late
    first = asyncio.create_task(_asked(opened, "first"))
    await asked.wait()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    server.serve = server.echo
    assert await _asked(opened, "second") == "second"
    assert server.opened == 2
    await server.closed.wait()


async def test_a_request_that_was_given_up_leaves_its_place_to_others(
    server: Server, mocker: MockerFixture
) -> None:
    """While it waits for its place, for its connection or for its answer."""
    mocker.patch.object(connections, "AT_ONCE", 1)
    asked = asyncio.Event()

    async def never(_path: bytes, _writer: asyncio.StreamWriter) -> None:
        asked.set()

    server.serve = never
    async with await _listening(server) as listening:
        opened = _connections(listening)
        tasks = [asyncio.create_task(_asked(opened, f"{n}")) for n in range(3)]
        await asked.wait()
        for task in reversed(tasks):
            task.cancel()
        await asyncio.wait(tasks)
        server.serve = server.echo
        assert await _asked(opened, "later") == "later"
        opened.close()


async def test_a_connection_that_was_given_up_is_closed(
    server: Server, mocker: MockerFixture
) -> None:
    """The server takes part in no handshake."""
    mocker.patch.object(connections, "AT_ONCE", 1)
    async with await _listening(server) as listening:
        opened = _connections(listening, "https")
        for _ in range(2):
            task = asyncio.create_task(_asked(opened, "first"))
            await server.accepted.wait()
            task.cancel()
            await asyncio.wait([task])
            await server.closed.wait()
            server.accepted.clear()
            server.closed.clear()
        opened.close()


async def test_an_answer_may_take_so_long_and_no_longer(server: Server) -> None:
    async def never(_path: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(answer("first")[:-1])

    server.serve = never
    async with await _listening(server) as listening:
        port = listening.sockets[0].getsockname()[1]
        opened = Connections(f"http://127.0.0.1:{port}", connect_seconds=2, answer_seconds=0.01)
        with pytest.raises(ServiceResponseTimeoutError):
            await _asked(opened, "first")
        await server.closed.wait()


@pytest.mark.parametrize("closing", [b"Connection: close\r\n", b""], ids=["said", "unsaid"])
async def test_a_connection_that_the_server_has_closed_is_not_used(
    opened: Connections, server: Server, closing: bytes, mocker: MockerFixture
) -> None:
    lost = asyncio.Event()

    class Observed(HttpConnection):
        def connection_lost(self, error: Exception | None) -> None:
            super().connection_lost(error)
            lost.set()

    mocker.patch.object(connections, "HttpConnection", Observed)

    async def last(path: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(path.decode()).replace(b"OK\r\n", b"OK\r\n" + closing))
        writer.close()

    server.serve = last
    assert await _asked(opened, "first") == "first"
    await lost.wait()
    server.serve = server.echo
    assert await _asked(opened, "second") == "second"
    assert server.opened == 2


async def test_a_server_that_is_not_there_got_no_request(server: Server) -> None:
    async with await _listening(server) as listening:
        opened = _connections(listening)
    with pytest.raises(ServiceRequestError):
        await _asked(opened, "first")


async def test_a_server_has_to_show_a_certificate_of_its_name(server: Server, tls: Tls) -> None:
    async with await _listening(server, tls.server_context()) as listening:
        with pytest.raises(ServiceRequestError):
            await _asked(_connections(listening, "https"), "first")
