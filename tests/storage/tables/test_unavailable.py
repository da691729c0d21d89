"""Storage throttles, hangs or is gone: a few quick tries, then StorageUnavailable."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web
from azure.core.exceptions import ServiceResponseTimeoutError
from azure.core.pipeline.transport import AsyncHttpTransport
from pytest_mock import MockerFixture

from devhost.azurite import KEY, Azurite
from shared.errors import StorageUnavailable
from shared.storage.challenges import ChallengeStore
from shared.storage.tables.table import Operation, Table
from tests.storage.claims import claim
from tests.storage.records import Accounts, found, new_handle, record
from tests.storage_faults import always, once, unreachable
from tests.storage_proxy import Forward, Intercept, StorageProxy
from tests.storage_transport import Send, Storage, open_storage

ATTEMPTS = 3
ROW = {"PartitionKey": "p", "RowKey": "r"}
OPERATIONS: dict[str, Callable[[Table], Awaitable[object]]] = {
    "insert": lambda table: table.insert(ROW),
    "get": lambda table: table.get("p", "r"),
    "query": lambda table: table.query("PartitionKey eq @p", {"p": "p"}, select=[], limit=1),
    "replace": lambda table: table.replace(ROW, etag='W/"1"'),
    "delete": lambda table: table.delete("p", "r"),
    "transact": lambda table: table.transact([Operation("create", ROW)]),
}
operations = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS.keys())


@pytest.fixture(autouse=True)
def naps(mocker: MockerFixture) -> list[float]:
    """The waits between two tries."""
    naps: list[float] = []

    async def nap(_transport: AsyncHttpTransport[object, object], duration: float) -> None:
        naps.append(duration)

    mocker.patch.object(AsyncHttpTransport, "sleep", nap)
    return naps


BUSY = '{"odata.error":{"code":"ServerBusy"}}'


def _throttling(status: int, **headers: str) -> Intercept:
    async def throttle(_name: str, _forward: Forward) -> web.Response:
        return web.Response(status=status, headers=headers, text=BUSY)

    return throttle


@operations
@pytest.mark.parametrize("status", [500, 503, 504])
async def test_a_busy_service_is_retried_and_then_unavailable(
    proxy: StorageProxy,
    behind: Storage,
    naps: list[float],
    operation: Callable[[Table], Awaitable[object]],
    status: int,
) -> None:
    proxy.intercept = _throttling(status)
    with pytest.raises(StorageUnavailable):
        await operation(behind.table("Accounts"))
    assert len(behind.transport.names) == ATTEMPTS
    assert sum(naps) <= 1


@operations
async def test_a_service_that_is_busy_once_is_retried(
    proxy: StorageProxy, behind: Storage, operation: Callable[[Table], Awaitable[object]]
) -> None:
    pending = [503]

    async def throttle_once(_name: str, forward: Forward) -> web.Response:
        return web.Response(status=pending.pop(), text=BUSY) if pending else await forward()

    proxy.intercept = throttle_once
    await operation(behind.table("Accounts"))
    assert len(behind.transport.names) == 2


@operations
@pytest.mark.parametrize("status", [429, 503])
async def test_a_long_retry_after_is_not_obeyed(
    proxy: StorageProxy,
    behind: Storage,
    naps: list[float],
    operation: Callable[[Table], Awaitable[object]],
    status: int,
) -> None:
    waits = ("Retry-After", "retry-after-ms", "x-ms-retry-after-ms")
    proxy.intercept = _throttling(status, **dict.fromkeys(waits, "60000"))
    with pytest.raises(StorageUnavailable):
        await operation(behind.table("Accounts"))
    assert 1 <= len(behind.transport.names) <= ATTEMPTS
    assert sum(naps) <= 1


@operations
async def test_an_unreachable_service_is_unavailable(
    storage: Storage, operation: Callable[[Table], Awaitable[object]]
) -> None:
    storage.transport.fault = always(unreachable)
    with pytest.raises(StorageUnavailable):
        await operation(storage.table("Accounts"))
    assert 1 <= len(storage.transport.names) <= ATTEMPTS


@operations
async def test_a_service_that_answers_too_late_is_unavailable(
    storage: Storage, operation: Callable[[Table], Awaitable[object]]
) -> None:
    async def time_out(_send: Send) -> None:
        raise ServiceResponseTimeoutError("too late")

    storage.transport.fault = always(time_out)
    with pytest.raises(StorageUnavailable):
        await operation(storage.table("Accounts"))
    assert 1 <= len(storage.transport.names) <= ATTEMPTS


@operations
async def test_a_service_that_never_answers_is_unavailable(
    storage: Storage, mocker: MockerFixture, operation: Callable[[Table], Awaitable[object]]
) -> None:
    async def hang(_send: Send) -> None:
        await asyncio.Event().wait()

    mocker.patch("shared.storage.tables.unavailable.TIME_LIMIT_SECONDS", 0.05)
    storage.transport.fault = always(hang)
    with pytest.raises(StorageUnavailable):
        await operation(storage.table("Accounts"))


@operations
async def test_a_wrong_account_key_is_not_retried(
    azurite: Azurite, operation: Callable[[Table], Awaitable[object]]
) -> None:
    other_key = "A" * (len(KEY) - 2) + "=="
    wrong = azurite.connection_string.replace(KEY, other_key)
    async with open_storage(wrong) as storage:
        with pytest.raises(StorageUnavailable):
            await operation(storage.table("Accounts"))
        assert len(storage.transport.names) == 1


async def test_a_throttled_claim_does_not_spend_the_challenge(
    proxy: StorageProxy, behind: Storage
) -> None:
    challenges = ChallengeStore(behind.table("AuditOutbox"))
    await challenges.add(bytes(32), expires_at=1_936_785_600)
    proxy.intercept = _throttling(503)
    with pytest.raises(StorageUnavailable):
        await claim(challenges, bytes(32), expires_at=1_936_785_600)
    proxy.intercept = None
    assert await claim(challenges, bytes(32), expires_at=1_936_785_600)


@pytest.mark.parametrize("call", ["insert CredentialIds", "transact Accounts"])
async def test_a_throttled_registration_leaves_no_credential(
    proxy: StorageProxy, behind: Storage, call: str
) -> None:
    accounts, credential = Accounts(behind), record(new_handle())

    async def throttle(name: str, forward: Forward) -> web.Response:
        return web.Response(status=503) if name == call else await forward()

    proxy.intercept = throttle
    with pytest.raises(StorageUnavailable):
        await found(accounts, credential)
    proxy.intercept = None
    assert await accounts.find_account(credential.user_handle) is None
    assert await found(accounts, record(credential.user_handle))


async def test_a_conflict_is_not_an_outage(storage: Storage) -> None:
    table = storage.table("Accounts")
    storage.transport.fault = once(unreachable, "get Accounts")
    assert await table.insert(ROW)
    assert not await table.insert(ROW)
    assert not await table.replace(ROW, etag="W/\"datetime'2001-01-01T00%3A00%3A00.0000000Z'\"")
    assert not await table.transact([Operation("create", ROW)])
    assert not await table.transact([Operation("update", {**ROW, "RowKey": "missing"})])
    assert await table.get("p", "r") is not None
