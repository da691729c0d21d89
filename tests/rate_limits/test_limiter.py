"""Spending: refusals with Retry-After, and requests while storage is unavailable."""

import asyncio
import logging

import pytest

from shared.errors import StorageUnavailable, TooManyRequests
from shared.rate_limits.headers import allowance_headers
from shared.rate_limits.policy import Action
from tests.rate_limits.counting import Clock, MakeLimiter
from tests.storage_faults import always, unreachable
from tests.storage_transport import Storage

HERE, THERE = "192.0.2.1", "2001:db8::/64"


async def test_within_the_limit_the_caller_sees_the_remaining_quota(
    make_limiter: MakeLimiter, clock: Clock
) -> None:
    limiter = make_limiter("begin.address=2/1m")
    clock.advance(20)
    headers = [
        allowance_headers(await limiter.spend(Action.BEGIN, address=HERE))["RateLimit"]
        for _ in range(2)
    ]
    assert headers == ['"begin.address";r=1;t=40', '"begin.address";r=0;t=40']


async def test_the_error_above_the_limit_has_the_end_of_the_window(
    make_limiter: MakeLimiter, clock: Clock
) -> None:
    limiter = make_limiter("begin.address=1/1m")
    await limiter.spend(Action.BEGIN, address=HERE)
    clock.advance(59)
    with pytest.raises(TooManyRequests) as refusal:
        await limiter.spend(Action.BEGIN, address=HERE)
    error = refusal.value
    assert (error.policy, error.quota, error.window_seconds) == ("begin.address", 1, 60)
    assert error.retry_after == 1
    clock.advance(error.retry_after)
    assert await limiter.spend(Action.BEGIN, address=HERE)


async def test_of_several_full_windows_the_last_to_end_is_reported(
    make_limiter: MakeLimiter,
) -> None:
    limiter = make_limiter("creation.account=1/10m,creation.tenant=1/1h")
    await limiter.spend(Action.CREATION, account=b"someone", address=HERE, tenant=True)
    with pytest.raises(TooManyRequests, match=r"creation\.tenant"):
        await limiter.spend(Action.CREATION, account=b"someone", address=HERE, tenant=True)


async def test_instances_share_a_count_and_subjects_do_not(make_limiter: MakeLimiter) -> None:
    one, other = make_limiter("begin.address=1/1m"), make_limiter("begin.address=1/1m")
    await one.spend(Action.BEGIN, address=HERE)
    await other.spend(Action.BEGIN, address=THERE)
    with pytest.raises(TooManyRequests):
        await other.spend(Action.BEGIN, address=HERE)


async def test_each_session_is_counted_separately(make_limiter: MakeLimiter) -> None:
    limiter = make_limiter("token.session=1/1m")
    for session in (b"one", b"other"):
        assert await limiter.spend(Action.TOKEN, session=session)
    with pytest.raises(TooManyRequests):
        await limiter.spend(Action.TOKEN, session=b"one")


async def test_a_limit_that_is_off_costs_nothing(
    make_limiter: MakeLimiter, storage: Storage
) -> None:
    assert await make_limiter("begin.address=off").spend(Action.BEGIN, address=HERE) == []
    assert storage.transport.calls == []


async def test_two_instances_racing_admit_exactly_the_quota(make_limiter: MakeLimiter) -> None:
    limiters = [make_limiter("begin.address=30/1m") for _ in range(2)]
    outcomes = await asyncio.gather(
        *(limiter.spend(Action.BEGIN, address=HERE) for limiter in limiters for _ in range(100)),
        return_exceptions=True,
    )
    refused = [outcome for outcome in outcomes if isinstance(outcome, TooManyRequests)]
    assert len(refused) == 170


async def test_a_failed_sign_in_is_answered_while_storage_is_unavailable(
    make_limiter: MakeLimiter, storage: Storage
) -> None:
    storage.transport.fault = always(unreachable)
    limiter = make_limiter("")
    for action in (Action.AUTHENTICATION, Action.REPLAY):
        assert await limiter.spend(action, address=HERE) == []


async def test_a_begin_and_a_refresh_are_allowed_while_storage_is_unavailable(
    make_limiter: MakeLimiter, storage: Storage, caplog: pytest.LogCaptureFixture
) -> None:
    storage.transport.fault = always(unreachable)
    limiter = make_limiter("")
    with caplog.at_level(logging.WARNING, "touchstone.limits"):
        assert await limiter.spend(Action.BEGIN, address=HERE) == []
        assert await limiter.spend(Action.TOKEN, session=b"one") == []
    assert [record.getMessage() for record in caplog.records] == [
        "storage unavailable: not limited by begin.address",
        "storage unavailable: not limited by token.session",
    ]


async def test_no_creation_is_allowed_while_storage_is_unavailable(
    make_limiter: MakeLimiter, storage: Storage
) -> None:
    limiter = make_limiter("")
    storage.transport.fault = always(unreachable)
    with pytest.raises(StorageUnavailable):
        await limiter.spend(Action.CREATION, account=b"someone", address=HERE, tenant=True)
    storage.transport.fault = None
    allowances = await limiter.spend(Action.CREATION, account=b"someone", address=HERE, tenant=True)
    assert [one.limit.quota - one.remaining for one in allowances] == [1, 1, 1]


async def test_a_check_refuses_like_spending_and_counts_nothing(
    make_limiter: MakeLimiter, storage: Storage
) -> None:
    one, other = [make_limiter("creation.tenant=1/1h") for _ in range(2)]
    for _ in range(3):
        await other.check(Action.CREATION, address=HERE, tenant=True)
    assert storage.transport.writes == []
    await one.spend(Action.CREATION, address=HERE, tenant=True)
    with pytest.raises(TooManyRequests, match=r"creation\.tenant"):
        await other.check(Action.CREATION, address=THERE, tenant=True)
    await other.check(Action.CREATION, account=b"someone")


async def test_a_returned_permit_is_used_by_the_next_request(
    make_limiter: MakeLimiter, storage: Storage
) -> None:
    limiter = make_limiter("creation.tenant=1/1h")
    held = await limiter.hold(Action.CREATION, address=HERE, tenant=True)
    held.give_back()
    storage.transport.forget()
    await limiter.spend(Action.CREATION, address=HERE, tenant=True)
    assert storage.transport.calls == []
    with pytest.raises(TooManyRequests):
        await limiter.spend(Action.CREATION, address=HERE, tenant=True)
