"""How a command runs: with the settings, on one connection, with errors in one line."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from shared import wiring
from shared.errors import TouchstoneError
from shared.settings import InvalidSetting

type Work = Callable[[], Coroutine[Any, Any, int]]


def run(work: Work) -> int:
    """Return the exit status: the result of `work`, or 1 if it fails."""
    return run_without_settings(partial(_with_settings, work))


def run_without_settings(work: Work) -> int:
    """As `run`, for a command that calls the service, and works on nothing itself."""
    try:
        return asyncio.run(work())
    except (InvalidSetting, TouchstoneError, OSError, ValueError) as error:
        return print_error(error)


async def _with_settings(work: Work) -> int:
    wiring.prepare()
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
