"""In races and outages, counters never admit more than the quota."""

import asyncio

import pytest

from shared.errors import StorageUnavailable
from shared.storage.limits import LimitStore
from shared.storage.tables.versioned import VersionedTable
from tests.rate_limits.counting import (
    Begin,
    Clock,
    creation,
    find_limit,
    found_accounts,
    founding,
    spend_many,
    stored,
)
from tests.storage_faults import always, answer_lost, meeting, unreachable
from tests.storage_transport import Call, Send, Storage


@pytest.mark.parametrize("quota", [1, 10, 31])
async def test_racing_instances_admit_exactly_the_quota(
    store: LimitStore, other: LimitStore, table: VersionedTable, begin: Begin, quota: int
) -> None:
    window = begin(quota)
    admitted = await asyncio.gather(spend_many(store, window, 100), spend_many(other, window, 100))
    assert sum(admitted) == quota
    assert await stored(table, window) == quota


async def test_two_instances_racing_200_requests_lose_none(
    store: LimitStore, other: LimitStore, table: VersionedTable, begin: Begin
) -> None:
    window = begin(200)
    admitted = await asyncio.gather(spend_many(store, window, 100), spend_many(other, window, 100))
    assert sum(admitted) == 200
    assert await stored(table, window) == 200


async def test_permits_taken_ahead_are_spent_before_a_refusal(
    store: LimitStore, other: LimitStore, table: VersionedTable, begin: Begin
) -> None:
    window = begin(150)
    for _ in range(50):
        await asyncio.gather(store.spend([window]), other.spend([window]))
    admitted = await asyncio.gather(spend_many(store, window, 100), spend_many(other, window, 100))
    assert 100 + sum(admitted) == 150
    assert await stored(table, window) == 150


async def test_a_stopped_instance_keeps_at_most_a_32nd_of_the_quota(
    store: LimitStore, other: LimitStore, begin: Begin
) -> None:
    window = begin(320)
    silent = [await instance.spend([window]) for instance in (store, other, store)]
    assert all(tally.admitted for tally in silent)
    admitted = len(silent) + await spend_many(other, window, 400)
    assert 320 - 320 // 32 <= admitted <= 320


async def test_many_requests_for_one_row_share_a_few_calls(
    store: LimitStore, storage: Storage, begin: Begin
) -> None:
    assert await spend_many(store, begin(200), 100) == 100
    assert len(storage.transport.calls) <= 2


async def test_racing_creations_stay_within_their_shared_limits(
    store: LimitStore, other: LimitStore, table: VersionedTable, clock: Clock
) -> None:
    spends = [
        instance.spend(creation(clock, b"account %d" % number))
        for number in range(40)
        for instance in (store, other)
    ]
    admitted = sum(tally.admitted for tally in await asyncio.gather(*spends))
    _, address, tenant = creation(clock, b"account 0")
    assert admitted == find_limit("creation.address").quota
    assert await stored(table, address) == admitted
    assert await stored(table, tenant) >= admitted


async def test_a_read_before_the_answer_of_a_write_counts_nothing_twice(
    store: LimitStore, storage: Storage, table: VersionedTable, begin: Begin
) -> None:
    async def read_before_answering(call: Call, send: Send) -> object:
        answer = await send()
        if call.is_write:
            await store.count(begin(9))
        return answer

    storage.transport.fault = read_before_answering
    for _ in range(3):
        await store.add(begin(9))
    assert await stored(table, begin(9)) == 3


async def test_losing_every_race_means_that_storage_is_unavailable(
    store: LimitStore, other: LimitStore, storage: Storage, begin: Begin
) -> None:
    async def be_overtaken(call: Call, send: Send) -> object:
        if call.is_write and not overtaking:
            overtaking.append(call)
            await other.spend([begin(1000)])
            overtaking.clear()
        return await send()

    overtaking: list[Call] = []
    await other.spend([begin(1000)])
    storage.transport.fault = be_overtaken
    with pytest.raises(StorageUnavailable):
        await store.spend([begin(1000)])


async def test_a_lost_answer_wastes_a_permit_and_never_makes_one(
    store: LimitStore, storage: Storage, table: VersionedTable, begin: Begin
) -> None:
    await store.spend([begin(3)])
    storage.transport.fault = always(answer_lost)
    with pytest.raises(StorageUnavailable):
        await store.spend([begin(3)])
    storage.transport.fault = None
    admitted = [(await store.spend([begin(3)])).admitted for _ in range(2)]
    assert admitted == [True, False]
    assert await stored(table, begin(3)) == 3


async def test_many_requests_share_one_wait_in_an_outage(
    store: LimitStore, storage: Storage, begin: Begin
) -> None:
    async def fall_silent(_call: Call, send: Send) -> None:
        await asyncio.sleep(0)  # the others arrive
        await unreachable(send)

    storage.transport.fault = fall_silent
    spends = (store.spend([begin(100)]) for _ in range(50))
    outcomes = await asyncio.gather(*spends, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {StorageUnavailable}
    assert len(storage.transport.calls) <= 3  # one call and its retries
    storage.transport.fault = None
    assert await spend_many(store, begin(100), 50) == 50


async def test_the_row_that_all_accounts_share_is_written_rarely(
    store: LimitStore, storage: Storage, clock: Clock
) -> None:
    """Each other request writes its own row alone."""
    assert all(await found_accounts(store, clock, range(31)))
    written = [name.partition(" ")[0] for name in storage.transport.names]
    assert written.count("transact") == 5  # with 1, 2, 4, 8 and 16 permits
    assert written.count("insert") == 26


async def test_concurrent_requests_wait_for_no_foreign_row(
    store: LimitStore, storage: Storage, clock: Clock
) -> None:
    """Their own rows are written at the same time, not one after another."""
    assert all(await found_accounts(store, clock, range(16)))
    storage.transport.fault = meeting(8, "insert RateLimits")
    async with asyncio.timeout(20):
        await asyncio.gather(*(store.spend(founding(clock, number)) for number in range(20, 28)))


@pytest.mark.parametrize("used", [1, 2, 3, 7, 8, 20])
async def test_a_stopped_instance_wastes_no_more_of_the_shared_row_than_it_used(
    store: LimitStore, other: LimitStore, table: VersionedTable, clock: Clock, used: int
) -> None:
    assert all(await found_accounts(other, clock, [99]))
    assert all(await found_accounts(store, clock, range(used)))
    _, tenant = founding(clock, 0)
    assert await stored(table, tenant) <= 1 + 2 * used


async def test_failures_take_nothing_of_the_shared_row_ahead(
    store: LimitStore, table: VersionedTable, clock: Clock
) -> None:
    for number in range(40):
        windows = founding(clock, number)
        assert (await store.spend(windows)).admitted
        store.give_back(windows)
    _, tenant = founding(clock, 0)
    assert await stored(table, tenant) == 1


async def test_a_permit_of_a_refused_request_is_used_by_the_next_one(
    store: LimitStore, table: VersionedTable, clock: Clock
) -> None:
    """The shared row has permits, the row of the address is full."""
    settings = "creation.address=2/1h, creation.tenant=64/1h"
    admitted = await found_accounts(store, clock, [1] * 9, settings)
    assert admitted == [True, True] + [False] * 7
    _, tenant = founding(clock, 1, settings)
    assert store.known(tenant) == 2
    assert sum(await found_accounts(store, clock, range(10, 90), settings)) == 62
    assert await stored(table, tenant) == 64
