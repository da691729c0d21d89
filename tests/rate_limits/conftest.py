"""Instances of the service for limits: they share only the table."""

import pytest

from shared.rate_limits.limiter import RateLimiter
from shared.rate_limits.limits_setting import read_limits
from shared.rate_limits.windows import Window, place
from shared.storage.limits import LimitStore
from shared.storage.tables.versioned import VersionedTable
from tests.rate_limits.counting import KEY, Begin, Clock, MakeLimiter, find_limit
from tests.storage_transport import Storage


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def table(storage: Storage) -> VersionedTable:
    name = "RateLimits" + storage.suffix
    await storage.sdk.create_table(name)
    storage.transport.forget()
    return VersionedTable(storage.connection, name)


@pytest.fixture
def store(table: VersionedTable) -> LimitStore:
    return LimitStore(table)


@pytest.fixture
def other(table: VersionedTable) -> LimitStore:
    """The store of another instance."""
    return LimitStore(table)


@pytest.fixture
def begin(clock: Clock) -> Begin:
    """The current window of one address, with some quota."""

    def window(quota: int) -> Window:
        limit = find_limit("begin.address", f"begin.address={quota}/1m")
        return place([limit], [b"192.0.2.1"], now=clock.seconds, key=KEY)[0]

    return window


@pytest.fixture
def make_limiter(table: VersionedTable, clock: Clock) -> MakeLimiter:
    """Each call makes another instance."""

    async def service_key() -> bytes:
        return KEY

    def make(settings: str) -> RateLimiter:
        return RateLimiter(
            read_limits(settings), counters=LimitStore(table), service_key=service_key, clock=clock
        )

    return make
