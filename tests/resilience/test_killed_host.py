"""A host is killed between the writes of a registration: nothing is half-registered."""

import asyncio
import signal
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from devhost.azurite import Azurite
from devhost.process import HostProcess
from tests.api import Api, Json, new_username
from tests.authenticator import SoftAuthenticator, base64url
from tests.storage_proxy import Forward, StorageProxy

WRITES = ("transact AuditOutbox", "insert CredentialIds", "transact Accounts")
COMMIT = WRITES[-1]


@pytest.fixture
async def proxy(azurite: Azurite) -> AsyncIterator[StorageProxy]:
    async with StorageProxy(azurite) as proxy:
        yield proxy


@pytest.mark.parametrize("reaches_storage", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("write", WRITES)
async def test_a_host_killed_at_a_write_registers_all_or_nothing(
    api: Api,
    proxy: StorageProxy,
    settings: dict[str, str],
    authenticator: SoftAuthenticator,
    write: str,
    reaches_storage: bool,
) -> None:
    username = new_username()
    options = await api.begin_registration(username)
    host = HostProcess(settings={**settings, "TABLES_CONNECTION_STRING": proxy.connection_string})
    await asyncio.to_thread(host.start)

    async def kill(name: str, forward: Forward) -> web.Response:
        if name != write:
            return await forward()
        answer = await forward() if reaches_storage else web.Response(status=503)
        host.child.send_signal(signal.SIGKILL)
        await asyncio.to_thread(host.child.wait)
        return answer

    proxy.intercept = kill
    async with Api(host.url) as doomed:
        with pytest.raises(aiohttp.ClientError):
            await doomed.finish_registration(authenticator.create(options))
    await asyncio.to_thread(host.stop)
    is_registered = write == COMMIT and reaches_storage
    assert (authenticator.latest.id in await _allowed(api, username)) is is_registered
    await _assert_next_try(api, authenticator, username, is_registered=is_registered)


async def _assert_next_try(
    api: Api, authenticator: SoftAuthenticator, username: str, *, is_registered: bool
) -> None:
    if not is_registered:
        nameless = await api.finish_authentication(
            authenticator.get(await api.begin_authentication())
        )
        assert nameless.status == 403
        await api.register(authenticator, username)
    await api.sign_in(authenticator, username)


async def _allowed(api: Api, username: str) -> set[bytes]:
    options: Json = await api.begin_authentication(username)
    return {base64url.decode(descriptor["id"]) for descriptor in options["allowCredentials"]}
