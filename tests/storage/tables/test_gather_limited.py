"""A limited number of calls run concurrently, and none begins after a failure."""

import asyncio

import pytest

from shared.storage.tables.gather_limited import AT_ONCE, gather_limited


class Calls:
    """Each call waits until they are released. The call with 0 then fails."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.ended: list[int] = []
        self.are_under_way = asyncio.Event()
        self._going = asyncio.Event()

    async def __call__(self, number: int) -> int:
        self.begun.append(number)
        if len(self.begun) == AT_ONCE:
            self.are_under_way.set()
        await self._going.wait()
        if number == 0:
            raise ValueError("zero")
        self.ended.append(number)
        return -number

    def let_go(self) -> None:
        self._going.set()


async def begin(calls: Calls, numbers: range) -> asyncio.Task[list[int]]:
    """When this returns, the first calls have begun and wait."""
    results = asyncio.create_task(gather_limited(calls, numbers))
    await calls.are_under_way.wait()
    return results


async def test_results_are_in_order_and_calls_are_limited() -> None:
    calls = Calls()
    results = await begin(calls, range(1, 101))
    await asyncio.sleep(0)
    assert calls.begun == list(range(1, AT_ONCE + 1))
    calls.let_go()
    assert await results == [-number for number in range(1, 101)]


async def test_after_a_failure_no_call_begins_and_running_ones_end() -> None:
    calls = Calls()
    results = await begin(calls, range(100))
    calls.let_go()
    with pytest.raises(ValueError, match="zero"):
        await results
    others = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.gather(*others, return_exceptions=True)
    assert calls.begun == list(range(AT_ONCE))
    assert calls.ended == calls.begun[1:]


async def test_no_calls_give_no_results() -> None:
    assert await gather_limited(Calls(), range(0)) == []
