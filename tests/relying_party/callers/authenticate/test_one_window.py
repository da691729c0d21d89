"""A test that fails because a window ended is run once more, and no other is."""

from collections.abc import Iterator
from datetime import date

import pytest

from tests.relying_party.callers.authenticate.one_window import in_one_window

EVE, DAY = date(2026, 12, 31), date(2027, 1, 1)


@pytest.mark.parametrize(
    ("days", "failures", "runs"), [([EVE], 0, 1), ([EVE, DAY], 1, 2), ([EVE, EVE], 1, 1)]
)
async def test_a_failed_test_is_repeated_only_after_midnight(
    days: list[date], failures: int, runs: int
) -> None:
    addresses: list[str] = []

    async def attempt(*, address: str) -> None:
        addresses.append(address)
        assert len(addresses) > failures

    clock: Iterator[date] = iter(days)
    wrapped = in_one_window(attempt, today=lambda: next(clock))
    if runs > failures:
        await wrapped(address="::1")
    else:
        with pytest.raises(AssertionError):
            await wrapped(address="::1")
    assert len(set(addresses)) == runs
