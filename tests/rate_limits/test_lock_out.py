"""A lock-out stops guesses, ends by itself, and does not affect the owner elsewhere."""

import asyncio

import pytest

from shared.errors import (
    AuthenticationRejected,
    TooManyRequests,
)
from tests.rate_limits.attempts import (
    HOME,
    SETTINGS,
    WRONG,
    attempt,
    fail,
)
from tests.rate_limits.counting import Clock, MakeLimiter


async def test_a_lock_out_ends_at_the_announced_time(
    make_limiter: MakeLimiter, clock: Clock
) -> None:
    limiter = make_limiter(SETTINGS)
    clock.advance(100)
    await fail(limiter, 3)
    with pytest.raises(TooManyRequests) as refusal:
        await attempt(limiter)
    assert refusal.value.retry_after == 800
    clock.advance(799)
    with pytest.raises(TooManyRequests):
        await attempt(limiter)
    clock.advance(1)
    await attempt(limiter)


async def test_an_attacker_elsewhere_does_not_lock_out_the_owner(
    make_limiter: MakeLimiter,
) -> None:
    attackers, owners = make_limiter(SETTINGS), make_limiter(SETTINGS)
    await fail(attackers, 3, address="198.51.100.1")
    with pytest.raises(TooManyRequests):
        await attempt(attackers, address="198.51.100.1")
    await attempt(owners, address=HOME)
    await fail(owners, 1, address=HOME)
    with pytest.raises(TooManyRequests):
        await attempt(owners, address=HOME)


async def test_each_guess_at_a_locked_account_needs_a_new_address(
    make_limiter: MakeLimiter,
) -> None:
    limiter = make_limiter(SETTINGS)
    await fail(limiter, 3, address="198.51.100.1")
    for number in range(2, 6):
        await fail(limiter, 1, address=f"198.51.100.{number}")
        with pytest.raises(TooManyRequests):
            await attempt(make_limiter(SETTINGS), address=f"198.51.100.{number}")


async def test_the_limit_of_an_address_covers_all_accounts(make_limiter: MakeLimiter) -> None:
    limiter = make_limiter(SETTINGS)
    for number in range(5):
        await fail(limiter, account=b"account %d" % number)
    with pytest.raises(TooManyRequests, match=r"guess\.address"):
        await attempt(limiter, account=b"another")
    await attempt(limiter, account=b"another", address="198.51.100.1")


async def test_another_instance_allows_at_most_one_more_guess(
    make_limiter: MakeLimiter,
) -> None:
    one, other = make_limiter(SETTINGS), make_limiter(SETTINGS)
    for number in range(5):
        await fail(one, account=b"account %d" % number)
    await fail(other, account=b"account 6")
    with pytest.raises(TooManyRequests, match=r"guess\.address"):
        await attempt(other, account=b"account 7")


async def test_without_an_account_only_the_address_is_checked(make_limiter: MakeLimiter) -> None:
    one, other = make_limiter(SETTINGS), make_limiter(SETTINGS)
    await fail(one, 5, account=None)
    with pytest.raises(TooManyRequests, match=r"guess\.address"):
        await attempt(other, account=None)


async def test_without_a_limit_for_addresses_a_locked_account_is_locked_for_all(
    make_limiter: MakeLimiter,
) -> None:
    limiter = make_limiter("guess.account=1/15m,guess.address=off")
    await fail(limiter)
    with pytest.raises(TooManyRequests):
        await attempt(limiter, address="198.51.100.1")


async def test_a_burst_of_guesses_is_limited_to_the_quota(make_limiter: MakeLimiter) -> None:
    limiter = make_limiter(SETTINGS)
    guesses = (attempt(limiter, error=WRONG) for _ in range(40))
    outcomes = await asyncio.gather(*guesses, return_exceptions=True)
    tried = [outcome for outcome in outcomes if isinstance(outcome, AuthenticationRejected)]
    assert 0 < len(tried) <= 3


async def test_a_burst_for_many_accounts_is_limited_to_the_quota_of_its_address(
    make_limiter: MakeLimiter,
) -> None:
    limiter = make_limiter(SETTINGS)
    guesses = (attempt(limiter, account=b"account %d" % each, error=WRONG) for each in range(32))
    outcomes = await asyncio.gather(*guesses, return_exceptions=True)
    tried = [outcome for outcome in outcomes if isinstance(outcome, AuthenticationRejected)]
    assert 0 < len(tried) <= 5


async def test_running_attempts_use_quota_only_until_they_end(
    make_limiter: MakeLimiter,
) -> None:
    limiter, begun, end = make_limiter(SETTINGS), asyncio.Semaphore(0), asyncio.Event()

    async def go_on() -> None:
        begun.release()
        await end.wait()

    under_way = [asyncio.create_task(attempt(limiter, meanwhile=go_on)) for _ in range(3)]
    for _ in under_way:
        await begun.acquire()
    with pytest.raises(TooManyRequests):
        await attempt(limiter)
    end.set()
    await asyncio.gather(*under_way)
    await attempt(limiter)
