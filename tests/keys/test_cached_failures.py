"""Readings that fail."""

import logging

import pytest

from shared.errors import KeysUnavailable
from shared.keys.cached import Cached
from shared.keys.reading import NoneLeft
from tests.keys.clock import Clock, at
from tests.keys.source import INTERVAL, Source, out_of_reach


async def test_a_failure_keeps_the_reading_and_has_a_time_and_a_reason(
    cached: Cached[int], source: Source, clock: Clock
) -> None:
    await cached.get()
    source.failure = out_of_reach()
    for clock.seconds in (INTERVAL, INTERVAL + 50, 10 * INTERVAL):
        await cached.refresh()
        assert await cached.get() == 1
    assert cached.failure is not None
    assert cached.failure.since == at(INTERVAL)
    assert cached.failure.reason == "ConnectionError"


async def test_requests_do_not_wait_for_a_source_that_has_failed(
    cached: Cached[int], source: Source, clock: Clock
) -> None:
    await cached.get()
    source.failure = out_of_reach()
    clock.seconds = 10 * INTERVAL
    await cached.refresh()
    clock.seconds += 6
    source.hold()
    assert await cached.get() == 1
    source.let_go()
    await cached.refresh()
    assert source.readings == 3


async def test_a_success_ends_the_failure(cached: Cached[int], source: Source) -> None:
    await cached.get()
    source.failure = out_of_reach()
    await cached.refresh()
    source.failure = None
    await cached.refresh()
    assert cached.failure is None
    assert await cached.get() == 3


@pytest.mark.parametrize(("asked", "waits"), [(0, 5), (5, 5), (60, 60), (9999, INTERVAL)])
async def test_the_wait_after_a_failure_obeys_retry_after(
    cached: Cached[int], source: Source, clock: Clock, asked: int, waits: int
) -> None:
    source.failure = out_of_reach(retry_after=asked)
    for clock.seconds, readings in ((0, 1), (waits - 1, 1), (waits, 2)):
        with pytest.raises(KeysUnavailable):
            await cached.get()
        assert source.readings == readings


async def test_without_any_reading_there_are_no_keys(
    cached: Cached[int], source: Source, clock: Clock
) -> None:
    source.failure = out_of_reach()
    with pytest.raises(KeysUnavailable):
        await cached.get()
    source.failure = None
    clock.seconds = 5
    assert await cached.get() == 2


async def test_a_revoked_key_is_not_used(cached: Cached[int], source: Source) -> None:
    await cached.get()
    source.failure = NoneLeft()
    await cached.refresh()
    with pytest.raises(KeysUnavailable):
        await cached.get()


async def test_a_reading_that_never_ends_is_a_failure(
    cached: Cached[int], source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.keys.cached.TIME_LIMIT_SECONDS", 0)
    source.hold()
    with pytest.raises(KeysUnavailable):
        await cached.get()
    assert cached.failure is not None
    assert cached.failure.reason == "TimeoutError"


async def test_a_failure_is_logged_once_and_without_its_text(
    cached: Cached[int], source: Source, caplog: pytest.LogCaptureFixture
) -> None:
    source.failure = out_of_reach()
    with caplog.at_level(logging.WARNING, "touchstone.keys"):
        await cached.refresh()
        await cached.refresh()
        source.failure = None
        await cached.refresh()
    assert caplog.messages == [
        "the key cannot be read: ConnectionError",
        "the key can be read again",
    ]


async def test_an_unexpected_error_in_a_reading_is_a_failure(
    cached: Cached[int], source: Source, clock: Clock
) -> None:
    await cached.get()
    source.failure = ArithmeticError()
    clock.seconds = 10 * INTERVAL
    assert await cached.get() == 1
    assert cached.failure is not None
    assert cached.failure.reason == "ArithmeticError"
