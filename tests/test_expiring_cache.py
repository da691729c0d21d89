import asyncio
from datetime import timedelta
from functools import partial

import pytest

from shared.expiring_cache import ExpiringCache
from tests.identity_providers.clock import Clock


@pytest.fixture
def cache(clock: Clock) -> ExpiringCache[str, str]:
    return ExpiringCache(size=2, lifetime=timedelta(minutes=1), clock=clock)


async def load() -> str:
    return "loaded"


async def load_again() -> str:
    return "loaded again"


async def fail() -> str:
    raise LookupError


async def test_a_full_cache_drops_the_value_that_was_unused_for_longest(
    cache: ExpiringCache[str, str],
) -> None:
    for key in "abac":
        await cache.get(key, load)
    assert await cache.get("a", fail) == "loaded"
    assert await cache.get("c", fail) == "loaded"
    assert await cache.get("b", load_again) == "loaded again"


async def test_nothing_that_was_loaded_is_loaded_again(clock: Clock) -> None:
    """Not even None, which says that there is no value."""
    cache = ExpiringCache[str, None](size=1, lifetime=timedelta(minutes=1), clock=clock)
    loads: list[str] = []

    async def load() -> None:
        loads.append("a")

    assert not cache.knows("a")
    await cache.get("a", load)
    await cache.get("a", load)
    assert cache.knows("a")
    assert loads == ["a"]


async def test_a_lifetime_may_follow_from_the_value(clock: Clock) -> None:
    cache = ExpiringCache[str, int](
        size=2, lifetime=lambda value: timedelta(seconds=value), clock=clock
    )
    for key, seconds in {"short": 1, "long": 3}.items():
        await cache.get(key, partial(_give, seconds))
    clock.advance(seconds=2)
    assert not cache.knows("short")
    assert cache.knows("long")


async def test_a_value_that_is_wanted_newer_is_read_again(
    cache: ExpiringCache[str, str], clock: Clock
) -> None:
    await cache.get("a", load)
    clock.advance(seconds=10)
    assert await cache.get("a", fail, read_since=clock.now - timedelta(seconds=10)) == "loaded"
    assert not cache.knows("a", read_since=clock.now)
    with pytest.raises(LookupError):
        await cache.get("a", fail, read_since=clock.now)
    assert await cache.get("a", fail) == "loaded"
    assert await cache.get("a", load_again, read_since=clock.now) == "loaded again"


async def _give(value: int) -> int:
    return value


async def test_an_error_is_not_kept(cache: ExpiringCache[str, str]) -> None:
    with pytest.raises(LookupError):
        await cache.get("a", fail)
    assert await cache.get("a", load) == "loaded"


async def test_an_error_after_all_callers_cancelled_is_ignored(
    cache: ExpiringCache[str, str],
) -> None:
    go_on, failed = asyncio.Event(), asyncio.Event()

    async def fail_late() -> str:
        await go_on.wait()
        failed.set()
        raise LookupError

    waiting = asyncio.create_task(cache.get("a", fail_late))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    go_on.set()
    await failed.wait()
    assert await cache.get("a", load) == "loaded"


async def test_a_value_lives_for_its_lifetime(cache: ExpiringCache[str, str], clock: Clock) -> None:
    await cache.get("a", load)
    clock.advance(seconds=59)
    assert await cache.get("a", fail) == "loaded"
    clock.advance(seconds=1)
    assert await cache.get("a", load_again) == "loaded again"


async def test_a_value_is_as_old_as_its_reading(
    cache: ExpiringCache[str, str], clock: Clock
) -> None:
    async def load_slowly() -> str:
        clock.advance(seconds=10)
        return "loaded"

    await cache.get("a", load_slowly)
    clock.advance(seconds=49)
    assert await cache.get("a", fail) == "loaded"
    clock.advance(seconds=1)
    assert await cache.get("a", load_again) == "loaded again"


async def test_a_value_from_before_the_clock_was_corrected_is_read_again(
    cache: ExpiringCache[str, str], clock: Clock
) -> None:
    """A new process goes by its machine's clock, until storage answers."""
    await cache.get("a", load)
    clock.advance(hours=-1)
    assert await cache.get("a", load_again) == "loaded again"
