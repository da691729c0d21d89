"""Many calls side by side, and not too many."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

AT_ONCE = 16


async def at_once[A, R](call: Callable[[A], Awaitable[R]], arguments: Iterable[A]) -> list[R]:
    """The results in the order of the arguments. The first error is raised, and the others of
    these calls come to their ends all the same."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(argument: A) -> R:
        async with room:
            return await call(argument)

    return await asyncio.gather(*map(one, arguments))
