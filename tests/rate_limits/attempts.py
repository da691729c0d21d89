"""Attempts to sign in or to guess a pass, and how they fail."""

from collections.abc import Awaitable, Callable

import pytest

from shared.errors import AuthenticationRejected, Reason
from shared.rate_limits.limiter import RateLimiter
from shared.rate_limits.policy import Action

VICTIM, HOME = b"victim", "192.0.2.1"
SETTINGS = "guess.account=3/15m,guess.address=5/15m"
WRONG = AuthenticationRejected(Reason.SIGNATURE_INVALID)


async def attempt(
    limiter: RateLimiter,
    *,
    account: bytes | None = VICTIM,
    address: str = HOME,
    error: BaseException | None = None,
    action: Action = Action.GUESS,
    counted: type[Exception] = AuthenticationRejected,
    meanwhile: Callable[[], Awaitable[object]] | None = None,
) -> None:
    """One attempt, which fails with `error` if there is one."""
    guard = limiter.guard_failures(action, counted, account=account, address=address)
    async with guard:
        await guard.check()
        if meanwhile is not None:
            await meanwhile()
        if error is not None:
            raise error


async def fail(limiter: RateLimiter, times: int = 1, **of: object) -> None:
    for _ in range(times):
        with pytest.raises(AuthenticationRejected):
            await attempt(limiter, error=WRONG, **of)  # type: ignore[arg-type]  # as attempt has it
