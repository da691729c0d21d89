"""Only failures are counted, and an outage is not a failure."""

import asyncio

import pytest

from shared.errors import (
    AuthenticationRejected,
    CeremonyNotFound,
    StorageUnavailable,
    TooManyRequests,
    TouchstoneError,
)
from shared.rate_limits.policy import Action
from tests.rate_limits.attempts import (
    HOME,
    SETTINGS,
    VICTIM,
    WRONG,
    attempt,
    fail,
)
from tests.rate_limits.counting import MakeLimiter
from tests.storage_faults import always, unreachable
from tests.storage_transport import Call, Send, Storage


async def test_only_failures_count(make_limiter: MakeLimiter, storage: Storage) -> None:
    limiter = make_limiter(SETTINGS)
    for _ in range(10):
        await attempt(limiter)
    assert storage.transport.writes == []
    await fail(limiter, 3)
    with pytest.raises(TooManyRequests, match=r"guess\.account"):
        await attempt(limiter)


async def test_an_attempt_within_its_limits_costs_one_read(
    make_limiter: MakeLimiter, storage: Storage
) -> None:
    limiter = make_limiter(SETTINGS)
    await fail(limiter)
    storage.transport.forget()
    await attempt(limiter)
    assert [name.split()[0] for name in storage.transport.names] == ["get"]


async def test_the_check_can_run_concurrently_with_other_calls(
    make_limiter: MakeLimiter, storage: Storage
) -> None:
    guard = make_limiter(SETTINGS).guard_failures(
        Action.GUESS, AuthenticationRejected, account=VICTIM, address=HOME
    )
    other = storage.table("Accounts")
    async with guard:
        await asyncio.gather(guard.check(), other.get("a", "b"))
    assert storage.transport.round_trips == 1


@pytest.mark.parametrize("error", [CeremonyNotFound(), ValueError(), asyncio.CancelledError()])
async def test_other_errors_do_not_count(make_limiter: MakeLimiter, error: BaseException) -> None:
    limiter = make_limiter(SETTINGS)
    for _ in range(5):
        with pytest.raises(type(error)):
            await attempt(limiter, error=error)
    await attempt(limiter)


async def test_an_outage_is_not_counted_as_a_failure(
    make_limiter: MakeLimiter, storage: Storage
) -> None:
    limiter = make_limiter(SETTINGS)
    for _ in range(5):
        with pytest.raises(StorageUnavailable):
            await attempt(limiter, error=StorageUnavailable(), counted=TouchstoneError)
    assert storage.transport.writes == []


async def test_a_refusal_is_not_counted_as_a_failure(
    make_limiter: MakeLimiter, storage: Storage
) -> None:
    limiter = make_limiter(SETTINGS)
    await fail(limiter, 3)
    storage.transport.forget()
    for _ in range(3):
        with pytest.raises(TooManyRequests):
            await attempt(limiter, error=WRONG)
    assert storage.transport.writes == []


async def test_no_guess_is_allowed_while_storage_is_unavailable(
    make_limiter: MakeLimiter, storage: Storage
) -> None:
    limiter = make_limiter(SETTINGS)
    storage.transport.fault = always(unreachable)
    for error in (None, WRONG):
        with pytest.raises(StorageUnavailable):
            await attempt(limiter, error=error)
    storage.transport.fault = None
    await attempt(limiter)


async def test_a_guess_that_cannot_be_counted_is_not_answered(
    make_limiter: MakeLimiter, storage: Storage
) -> None:
    async def refuse_writes(call: Call, send: Send) -> object:
        return await (unreachable(send) if call.is_write else send())

    storage.transport.fault = refuse_writes
    with pytest.raises(StorageUnavailable):
        await attempt(make_limiter(SETTINGS), error=WRONG)


async def test_an_attempt_without_a_check_is_an_error(
    make_limiter: MakeLimiter,
) -> None:
    guard = make_limiter(SETTINGS).guard_failures(
        Action.GUESS, AuthenticationRejected, account=VICTIM, address=HOME
    )
    with pytest.raises(RuntimeError, match="check"):
        async with guard:
            pass


async def test_a_check_that_ends_after_its_attempt_uses_no_quota(
    make_limiter: MakeLimiter, storage: Storage
) -> None:
    """A concurrent call failed first, and so did the attempt."""
    limiter, answered = make_limiter(SETTINGS), asyncio.Event()

    async def late(_call: Call, send: Send) -> object:
        await answered.wait()
        return await send()

    for _ in range(3):
        answered.clear()
        storage.transport.fault = late
        guard = limiter.guard_failures(
            Action.GUESS, AuthenticationRejected, account=VICTIM, address=HOME
        )
        await guard.__aenter__()
        check = asyncio.create_task(guard.check())
        await guard.__aexit__(StorageUnavailable, StorageUnavailable(), None)
        answered.set()
        await check
    storage.transport.fault = None
    await attempt(limiter)
