"""Challenges and credentials survive restarts of hosts and storage."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from devhost.azurite import Azurite
from devhost.process import HostProcess
from tests.api import Api, Reply, new_username
from tests.authenticator import SoftAuthenticator

ORIGIN = "http://localhost:7071"
WORKERS = 4
EXPECTED = {200, 201, 404, 409, 503}


@pytest.fixture
async def own_azurite(tmp_path: Path) -> AsyncIterator[Azurite]:
    azurite = await asyncio.to_thread(Azurite(data=tmp_path / "azurite").start)
    yield azurite
    await asyncio.to_thread(azurite.stop)


@pytest.fixture
def own_settings(own_azurite: Azurite, tmp_path: Path) -> dict[str, str]:
    return {
        "TABLES_CONNECTION_STRING": own_azurite.connection_string,
        "SIGNING_KEY_FILE": str(tmp_path / "signing-key.pem"),
        "RP_ORIGINS": ORIGIN,
        "ISSUER": ORIGIN,
    }


@pytest.fixture
def own_authenticator() -> SoftAuthenticator:
    return SoftAuthenticator(rp_id="localhost", origin=ORIGIN)


async def test_a_restart_of_everything_keeps_challenges_and_credentials(
    own_azurite: Azurite, own_settings: dict[str, str], own_authenticator: SoftAuthenticator
) -> None:
    key, username = own_authenticator, new_username()
    with HostProcess(settings=own_settings) as host:
        async with Api(host.url) as api:
            await api.register(key, username)
            registration = await api.begin_registration(new_username())
            authentication = await api.begin_authentication(username)
            token = (await api.sign_in(key, username))["access_token"]
    own_azurite.stop()
    own_azurite.start()
    with HostProcess(settings=own_settings) as host:
        async with Api(host.url) as api:
            assert (await api.finish_authentication(key.get(authentication))).status == 200
            assert (await api.finish_registration(key.create(registration))).status == 201
            assert (await api.get("/me", token=token)).status == 200


class Load:
    """People who register and sign in again and again, each with an authenticator."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._is_over = False
        self._news = asyncio.Condition()
        self.replies: list[Reply] = []

    def stop(self) -> None:
        self._is_over = True

    async def run(self) -> None:
        await asyncio.gather(*(self._visit() for _ in range(WORKERS)))

    async def until(self, condition: Callable[[Reply], bool], *, times: int) -> None:
        """Wait for that many new replies of that kind."""
        start = len(self.replies)
        async with self._news:
            await self._news.wait_for(lambda: sum(map(condition, self.replies[start:])) >= times)

    async def _visit(self) -> None:
        key = SoftAuthenticator(rp_id="localhost", origin=ORIGIN)
        while not self._is_over:
            username = new_username()
            options = await self._ask("/register/begin", {"username": username})
            if options and await self._ask("/register/finish", _credential(key.create(options))):
                await self._sign_in(key, username)

    async def _sign_in(self, key: SoftAuthenticator, username: str) -> None:
        options = await self._ask("/authenticate/begin", {"username": username})
        if options:
            await self._ask("/authenticate/finish", _credential(key.get(options)))

    async def _ask(self, path: str, body: object) -> dict[str, object]:
        """Return `publicKey` of the answer to a begin, or nothing if it was refused."""
        reply = await self._api.post(path, body)
        async with self._news:
            self.replies.append(reply)
            self._news.notify_all()
        if reply.status >= 300:
            return {}
        options: dict[str, object] = reply.json.get("publicKey", reply.json)
        return options


def _credential(response: object) -> dict[str, object]:
    return {"credential": response}


def _is_done(reply: Reply) -> bool:
    return reply.status == 201


def _is_unavailable(reply: Reply) -> bool:
    return reply.status == 503


async def test_storage_may_stop_and_start_again_under_load(
    own_azurite: Azurite, own_settings: dict[str, str]
) -> None:
    with HostProcess(settings=own_settings) as host:
        async with Api(host.url) as api, asyncio.timeout(240):
            load = Load(api)
            running = asyncio.create_task(load.run())
            await load.until(_is_done, times=4)
            await asyncio.to_thread(own_azurite.stop)
            await load.until(_is_unavailable, times=20)
            await asyncio.to_thread(own_azurite.start)
            await load.until(_is_done, times=20)
            load.stop()
            await running
    assert {reply.status for reply in load.replies} <= EXPECTED
    refused = [reply for reply in load.replies if _is_unavailable(reply)]
    assert {reply.headers.get("Retry-After") for reply in refused} == {"5"}
    assert {reply.problem for reply in refused} == {"storage-unavailable"}
