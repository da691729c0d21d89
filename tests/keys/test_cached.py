"""When keys are read. Only the clock of the test runs."""

import asyncio

from shared.keys.cached import Cached
from tests.keys.clock import Clock
from tests.keys.source import INTERVAL, Source


async def test_the_first_request_waits_for_the_first_reading(
    cached: Cached[int], source: Source
) -> None:
    source.hold()
    request = asyncio.create_task(cached.get())
    await asyncio.sleep(0)
    assert not request.done()
    source.let_go()
    assert await request == 1


async def test_one_reading_serves_all_concurrent_requests(
    cached: Cached[int], source: Source
) -> None:
    assert await asyncio.gather(*(cached.get() for _ in range(20))) == [1] * 20
    assert source.readings == 1


async def test_a_fresh_reading_is_not_read_again(
    cached: Cached[int], source: Source, clock: Clock
) -> None:
    await cached.get()
    clock.seconds = INTERVAL - 1
    assert await cached.get() == 1
    assert source.readings == 1


async def test_requests_use_the_old_reading_during_a_new_one(
    cached: Cached[int], source: Source, clock: Clock
) -> None:
    await cached.get()
    clock.seconds = INTERVAL
    source.hold()
    assert await asyncio.gather(*(cached.get() for _ in range(20))) == [1] * 20
    source.let_go()
    await cached.refresh()
    assert source.readings == 2
    assert await cached.get() == 2


async def test_after_a_long_sleep_the_old_reading_is_not_used(
    cached: Cached[int], clock: Clock
) -> None:
    await cached.get()
    clock.seconds = 2 * INTERVAL
    assert await cached.get() == 2


async def test_a_cancelled_request_does_not_stop_the_reading(
    cached: Cached[int], source: Source
) -> None:
    source.hold()
    request = asyncio.create_task(cached.get())
    await asyncio.sleep(0)
    request.cancel()
    source.let_go()
    assert await cached.get() == 1
    assert source.readings == 1


async def test_requests_do_not_wait_if_the_clock_goes_back(
    cached: Cached[int], source: Source, clock: Clock
) -> None:
    """The first answer of storage may correct the clock."""
    clock.seconds = -90
    assert await cached.get() == 1
    clock.seconds = -180
    assert await cached.get() == 1
    await cached.refresh()
    assert source.readings == 2
