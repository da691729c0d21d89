"""The counters in tables: how many requests they admit, and what that costs."""

import asyncio

import pytest

from shared.storage.limits import LimitStore
from shared.storage.tables.versioned import VersionedTable
from tests.rate_limits.counting import Begin, Clock, creation, stored
from tests.storage_transport import Storage


async def test_exactly_the_quota_is_admitted(store: LimitStore, begin: Begin) -> None:
    tallies = [await store.spend([begin(3)]) for _ in range(5)]
    assert [tally.admitted for tally in tallies] == [True, True, True, False, False]
    assert [tally.used for tally in tallies] == [[1], [2], [3], [3], [3]]


async def test_each_request_within_the_limit_costs_one_call_and_a_refusal_none(
    store: LimitStore, storage: Storage, begin: Begin
) -> None:
    for expected in (["insert"], ["replace"], ["replace"], []):
        storage.transport.forget()
        await store.spend([begin(3)])
        assert [name.split()[0] for name in storage.transport.names] == expected


async def test_a_row_of_one_address_is_never_ahead_of_its_requests(
    store: LimitStore, table: VersionedTable, begin: Begin
) -> None:
    for number in range(1, 5):
        await store.spend([begin(64)])
        store.keep([begin(64)])
        assert await stored(table, begin(64)) == number


async def test_three_limits_together_cost_one_call(
    store: LimitStore, storage: Storage, clock: Clock
) -> None:
    for _ in range(3):
        storage.transport.forget()
        assert (await store.spend(creation(clock, b"someone"))).admitted
        assert [name.split()[0] for name in storage.transport.names] == ["transact"]


async def test_a_request_that_one_limit_refuses_is_not_counted(
    store: LimitStore, table: VersionedTable, clock: Clock
) -> None:
    windows = creation(clock, b"someone", "creation.account=1/1h")
    account, address, tenant = windows
    assert (await store.spend(windows)).admitted
    refused = await store.spend(windows)
    assert not refused.admitted
    assert refused.full(windows) == [account]
    assert [await stored(table, one) for one in (account, address, tenant)] == [1, 1, 1]


async def test_a_second_instance_reads_once_and_continues(
    store: LimitStore, other: LimitStore, storage: Storage, begin: Begin
) -> None:
    assert (await store.spend([begin(3)])).admitted
    storage.transport.forget()
    assert (await other.spend([begin(3)])).used == [2]
    assert [name.split()[0] for name in storage.transport.names] == ["insert", "get", "replace"]


async def test_an_ended_window_does_not_affect_the_next_one(
    store: LimitStore, begin: Begin, clock: Clock
) -> None:
    assert (await store.spend([begin(1)])).admitted
    clock.advance(59)
    assert not (await store.spend([begin(1)])).admitted
    clock.advance(1)
    assert (await store.spend([begin(1)])).used == [1]


async def test_failures_are_each_counted_up_to_the_quota(
    store: LimitStore, other: LimitStore, table: VersionedTable, begin: Begin
) -> None:
    window = begin(64)
    await asyncio.gather(*(instance.add(window) for instance in (store, other) for _ in range(20)))
    assert await stored(table, window) == await store.count(window) == 40
    await asyncio.gather(*(store.add(window) for _ in range(40)))
    assert await other.count(window) == 64


async def test_counting_costs_one_read_or_none_if_the_window_is_full(
    store: LimitStore, other: LimitStore, storage: Storage, begin: Begin
) -> None:
    assert await store.count(begin(1)) == 0
    await other.add(begin(1))
    assert await store.count(begin(1)) == 1
    storage.transport.forget()
    assert await store.count(begin(1)) == 1
    assert storage.transport.calls == []


async def test_reading_helps_the_next_write(
    store: LimitStore, other: LimitStore, storage: Storage, begin: Begin
) -> None:
    await other.add(begin(9))
    await store.count(begin(9))
    storage.transport.forget()
    await store.add(begin(9))
    assert [name.split()[0] for name in storage.transport.names] == ["replace"]


async def test_forgetting_rows_changes_no_count(
    store: LimitStore, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.storage.limits._REMEMBERED_ROWS", 4)
    for _ in range(2):
        for number in range(4):
            assert (await store.spend(creation(clock, b"account %d" % number))).admitted
    *_, tenant = (await store.spend(creation(clock, b"account 0"))).used
    assert tenant == 9


async def test_a_missing_table_is_made(storage: Storage, begin: Begin) -> None:
    store = LimitStore(VersionedTable(storage.connection, "Missing" + storage.suffix))
    assert await store.count(begin(2)) == 0
    assert (await store.spend([begin(2)])).admitted
    assert await store.count(begin(2)) == 1


async def test_a_deleted_row_is_made_again(
    store: LimitStore, table: VersionedTable, begin: Begin
) -> None:
    window = begin(5)
    await store.spend([window])
    await table.delete(window.partition, window.row)
    assert (await store.spend([window])).used == [1]
