"""The Node peer does what the bench compares it for, with either order of its storage calls."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from bench.ceremonies import (
    Ceremony,
    begin_registration,
    begin_sign_in,
    finish_registration,
    finish_sign_in,
    new_person,
    refresh,
    register,
    sign_in_by_name,
    sign_in_without_name,
)
from bench.client import NotAnswered
from bench.install import is_installed
from bench.overload import put_open_load
from bench.relay import Relay
from bench.servers import Program, Programs, Server, make_programs
from bench.stage import write_signing_key
from devhost.azurite import Azurite

pytestmark = pytest.mark.skipif(not is_installed(), reason="its npm packages are not installed")

CALLS: Mapping[Ceremony, int] = {
    register: 6,
    sign_in_by_name: 7,
    sign_in_without_name: 6,
    refresh: 3,
}

type Choose = Callable[[Programs], Program]


class Gate(Relay):
    """Lets calls through in groups of the expected sizes: none before its whole group is there."""

    def __init__(self, target: str) -> None:
        super().__init__(target, delay=0)
        self.expected: list[int] = []
        self._waiting: list[asyncio.Event] = []

    async def __aexit__(self, *error: object) -> None:
        for each in self._waiting:
            each.set()
        await super().__aexit__(*error)

    async def _forward(self, request: web.Request) -> web.Response:
        if self.expected:
            await self._join()
        return await super()._forward(request)

    async def _join(self) -> None:
        complete = asyncio.Event()
        self._waiting.append(complete)
        if len(self._waiting) == self.expected[0]:
            self.expected.pop(0)
            for each in self._waiting:
                each.set()
            self._waiting.clear()
        await complete.wait()


@asynccontextmanager
async def _running(
    azurite: Azurite, folder: Path, choose: Choose
) -> AsyncIterator[tuple[Server, Gate]]:
    key_file = folder / "key.pem"
    write_signing_key(key_file)
    async with Gate(f"http://127.0.0.1:{azurite.port}") as gate:
        tables = azurite.connection_string.replace(f":{azurite.port}/", f":{gate.port}/")
        programs = make_programs(tables=tables, signing_key_file=key_file)
        async with Server(choose(programs), core=None) as server:
            yield server, gate


def _sequential(programs: Programs) -> Program:
    return programs.peer


def _overlapping(programs: Programs) -> Program:
    return programs.overlapping_peer


@pytest.mark.parametrize("choose", [_sequential, _overlapping])
async def test_the_peer_serves_ceremonies_and_refuses_replays(
    choose: Choose, azurite: Azurite, tmp_path: Path
) -> None:
    person = new_person()
    async with (
        _running(azurite, tmp_path, choose) as (server, gate),
        server.connect() as connection,
    ):
        for ceremony, calls in CALLS.items():
            gate.reset()
            await ceremony(connection, person)
            assert gate.calls == calls, ceremony
            assert choose is _overlapping or gate.trips == calls, ceremony
        begun = await begin_sign_in(connection, person)
        await finish_sign_in(connection, person, begun)
        with pytest.raises(NotAnswered, match="/authenticate/finish: 404"):
            await finish_sign_in(connection, person, begun)
        overload = await put_open_load(server.connect, [person], per_second=1)
        assert (overload.signed_in, len(overload.seconds)) == (1, 2)


async def test_the_overlapping_peer_waits_only_for_answers_that_it_needs(
    azurite: Azurite, tmp_path: Path
) -> None:
    """If it waited for another answer too, the gate would never let that one through."""
    person = new_person()
    async with (
        _running(azurite, tmp_path, _overlapping) as (server, gate),
        server.connect() as connection,
        asyncio.timeout(60),
    ):
        registration = await begin_registration(connection, person)
        gate.expected = [1, 1, 2]
        await finish_registration(connection, person, registration)
        assert not gate.expected
        sign_in = await begin_sign_in(connection, person)
        gate.expected = [2, 3]
        await finish_sign_in(connection, person, sign_in)
        assert not gate.expected
