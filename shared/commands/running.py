"""How a command runs: with the settings, on one connection, with errors in one line."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from functools import partial

from shared import wiring
from shared.errors import TouchstoneError
from shared.settings import InvalidSetting


def run(work: Callable[[], Awaitable[int]]) -> int:
    """Return the exit status: the result of `work`, or 1 if it fails."""
    return run_without_settings(partial(_connected, work), prepare=wiring.prepare)


def run_without_settings(
    work: Callable[[], Awaitable[int]], *, prepare: Callable[[], None] | None = None
) -> int:
    """As `run`, for a command that calls the service, and works on nothing itself."""
    try:
        if prepare is not None:
            prepare()
        return asyncio.run(_awaited(work))
    except (InvalidSetting, TouchstoneError, OSError, ValueError) as error:
        return print_error(error)


async def _awaited(work: Callable[[], Awaitable[int]]) -> int:
    return await work()


async def _connected(work: Callable[[], Awaitable[int]]) -> int:
    try:
        return await work()
    finally:
        await wiring.disconnect()


def print_error(error: Exception) -> int:
    """Print the error and its cause in one line. Return the exit status."""
    errors = [error, *filter(None, [error.__cause__])]
    sys.stderr.write(": ".join(filter(None, map(_in_a_line, errors))) + "\n")
    return 1


def _in_a_line(error: BaseException) -> str:
    first, *_ = str(error).splitlines() or [""]
    return f"{type(error).__name__}: {first}" if first else type(error).__name__
