"""How many documents strangers may make this service fetch."""

from collections.abc import Awaitable, Callable

from shared.rate_limits.limiter import RateLimiter
from shared.rate_limits.policy import Action

type Spend = Callable[[], Awaitable[None]]
"""Called before each request to others. It raises TooManyRequests, or StorageUnavailable."""


async def spend_nothing() -> None:
    """For addresses that an administrator gave."""


def spend_of(limiter: RateLimiter, address: str | None) -> Spend:
    async def spend() -> None:
        # One after the other: what an address may not, is not taken from the others.
        await limiter.spend(Action.FETCH, address=address)
        await limiter.spend(Action.FETCH, tenant=True)

    return spend
