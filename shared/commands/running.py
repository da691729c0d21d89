"""How a command runs: with the settings, on one connection, with errors in one line."""

import asyncio
import sys
from collections.abc import Awaitable, Callable

from shared import wiring
from shared.errors import TouchstoneError
from shared.settings import InvalidSetting


def run(work: Callable[[], Awaitable[int]]) -> int:
    """Return the exit status: the result of `work`, or 1 if it fails."""
    try:
        wiring.prepare()
        return asyncio.run(_connected(work))
    except (InvalidSetting, TouchstoneError, OSError, ValueError) as error:
        return print_error(error)


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
