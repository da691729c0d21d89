"""In whichever way the host ends, none of its processes is left."""

from __future__ import annotations

import signal
import socket
from pathlib import Path

import pytest

from devhost.process import HostProcess
from devhost.sockets import is_free
from tests.devhost.client import ask
from tests.devhost.conftest import WriteApp
from tests.devhost.waiting import eventually

SLOW = """
import asyncio
import logging

@app.route("slow")
async def slow(req: func.HttpRequest) -> str:
    logging.info("began")
    while not os.path.exists("finish"):
        await asyncio.sleep(0.01)
    return "finished"
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


@pytest.fixture
def azurite_port() -> int:
    return free_port()


@pytest.fixture
def with_azurite(write_app: WriteApp, tmp_path: Path, azurite_port: int) -> HostProcess:
    arguments = ("--azurite-port", str(azurite_port), "--data", str(tmp_path / "data"))
    return HostProcess(write_app(SLOW), settings={}, arguments=arguments)


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_azurite_too(
    with_azurite: HostProcess, azurite_port: int, by: signal.Signals
) -> None:
    with_azurite.start()
    assert not is_free(azurite_port)
    assert with_azurite.child.stop(by=by) == 0
    assert is_free(azurite_port)


def test_azurite_ends_when_the_host_is_killed(with_azurite: HostProcess, azurite_port: int) -> None:
    with_azurite.start()
    with_azurite.child.stop(by=signal.SIGKILL)
    assert eventually(lambda: is_free(azurite_port))


def test_azurite_ends_when_the_host_fails_to_start(
    with_azurite: HostProcess, write_app: WriteApp, azurite_port: int
) -> None:
    write_app("1 / 0")
    assert with_azurite.launch().wait() == 1
    with_azurite.stop()
    assert is_free(azurite_port)


def test_a_host_ends_when_the_process_that_holds_its_leash_ends(write_app: WriteApp) -> None:
    host = HostProcess(write_app(SLOW), settings={}).start()
    host.child.let_go()
    assert host.child.wait() == 0
    host.stop()


def test_a_running_request_is_finished(write_app: WriteApp, tmp_path: Path) -> None:
    host = HostProcess(write_app(SLOW), settings={}).start()
    port = int(host.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET /api/slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        host.child.wait_for("began")
        host.child.send_signal(signal.SIGTERM)
        assert eventually(lambda: is_free(port))
        (tmp_path / "finish").touch()
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b"finished")
    assert host.child.wait() == 0
    host.stop()


def test_a_port_can_be_used_again_immediately(write_app: WriteApp) -> None:
    app = write_app(SLOW)
    with HostProcess(app, settings={}) as first:
        ask(f"{first.url}/unknown")
    with HostProcess(app, settings={}, port=int(first.url.rpartition(":")[2])) as second:
        assert second.url == first.url
