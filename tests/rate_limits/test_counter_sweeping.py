"""Only counters of ended windows are removed."""

import asyncio

from shared.storage.limits import LimitStore
from shared.storage.tables.versioned import VersionedTable
from tests.rate_limits.counting import Begin, Clock, creation, stored


async def test_sweeping_removes_only_ended_windows(
    store: LimitStore, table: VersionedTable, begin: Begin, clock: Clock
) -> None:
    old = begin(5)
    await store.spend([old])
    await store.spend(creation(clock, b"someone"))
    clock.advance(60)
    current = begin(5)
    await store.spend([current])
    assert await store.sweep(now=clock.seconds) == 0  # clocks differ between instances
    clock.advance(301)
    assert await store.sweep(now=clock.seconds) == 1
    assert await stored(table, old) == 0
    assert await stored(table, current) == 1
    clock.advance(7200)
    assert await store.sweep(now=clock.seconds) == 4
    assert await store.sweep(now=clock.seconds) == 0


async def test_sweeping_has_a_limit(store: LimitStore, clock: Clock) -> None:
    for number in range(3):
        await store.spend(creation(clock, b"account %d" % number))
    clock.advance(7200)
    assert [await store.sweep(now=clock.seconds, limit=3) for _ in range(3)] == [3, 2, 0]


async def test_two_concurrent_sweepers_both_succeed(
    store: LimitStore, other: LimitStore, clock: Clock
) -> None:
    for number in range(20):
        await store.spend(creation(clock, b"account %d" % number))
    clock.advance(7200)
    removed = await asyncio.gather(store.sweep(now=clock.seconds), other.sweep(now=clock.seconds))
    assert sum(removed) == 22
