"""Many concurrent calls, up to a limit."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

AT_ONCE = 16


async def gather_limited[A, R](
    call: Callable[[A], Awaitable[R]], arguments: Iterable[A]
) -> list[R]:
    """Return the results in the order of the arguments. The first error is raised; running calls
    are then finished, and no new ones are started."""
    room, failed = asyncio.Semaphore(AT_ONCE), list[Exception]()

    async def one(argument: A) -> R:
        async with room:
            if failed:
                raise failed[0]
            try:
                return await call(argument)
            except Exception as error:
                failed.append(error)
                raise

    return await asyncio.gather(*map(one, arguments))
