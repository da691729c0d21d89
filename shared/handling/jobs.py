"""Several jobs in one run of a timer. None of them can stop the others.

On Flex Consumption every timer function has instances of its own, and in several zones two of them
are always ready. So one function does many jobs.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

logger = logging.getLogger("touchstone.maintenance")

type _Failures = dict[str, BaseException]


class JobsFailed(Exception):
    """The text has the name of each failed job, and the type of its error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    name: str
    run: Callable[[], Awaitable[None]]
    at_most: timedelta
    """It is cancelled if it takes longer."""


async def run_jobs(first: Iterable[Job], others: Iterable[Job], *, head_start: timedelta) -> None:
    """Run the first jobs one after another, and then the others at the same time.

    The others begin after `head_start` at the latest, even if the first ones have not ended. Each
    error is logged when it occurs. Raises JobsFailed after the end of all jobs.
    """
    failures: _Failures = {}
    async with asyncio.TaskGroup() as group:
        beginning = group.create_task(_run_in_order(first, failures))
        await asyncio.wait([beginning], timeout=head_start.total_seconds())
        for job in others:
            group.create_task(_run(job, failures))
    if failures:
        described = (f"{name}: {type(error).__name__}" for name, error in failures.items())
        raise JobsFailed("; ".join(described))


async def _run_in_order(jobs: Iterable[Job], failures: _Failures) -> None:
    for job in jobs:
        await _run(job, failures)


async def _run(job: Job, failures: _Failures) -> None:
    try:
        async with asyncio.timeout(job.at_most.total_seconds()):
            await job.run()
    except (KeyboardInterrupt, SystemExit):  # the process is to end
        raise
    except BaseException as error:  # a library in Rust panics with one that is no Exception
        if _is_stopped():
            raise
        kind = type(error).__name__
        logger.error("a job of the timer failed: %s: %s", job.name, kind, exc_info=error)
        failures[job.name] = error


def _is_stopped() -> bool:
    """Whether the whole run is to end. Otherwise only something that the job waited for ended."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
