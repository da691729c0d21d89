"""The jobs of one timer run to their ends, whatever happens to the others."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from shared.errors import StorageUnavailable
from shared.handling.jobs import Job, JobsFailed, run_jobs

HOUR = timedelta(hours=1)
NO_TIME = timedelta(0)


class Panic(BaseException):
    """As a library in Rust raises: it is no Exception."""


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def job(done: list[str]) -> Callable[[str], Job]:
    def make(name: str) -> Job:
        async def run() -> None:
            for _ in range(5):
                await asyncio.sleep(0)
            done.append(name)

        return Job(name=name, run=run, at_most=HOUR)

    return make


def raises(error: BaseException) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        raise error

    return run


async def hang() -> None:
    await asyncio.Event().wait()


async def test_first_jobs_run_in_their_order_and_before_the_others(
    job: Callable[[str], Job], done: list[str]
) -> None:
    await run_jobs([job("watch"), job("seal")], [job("ship"), job("index")], head_start=HOUR)
    assert done[:2] == ["watch", "seal"]
    assert sorted(done[2:]) == ["index", "ship"]


async def test_other_jobs_run_at_the_same_time() -> None:
    meeting = asyncio.Barrier(3)

    async def meet() -> None:
        await meeting.wait()

    others = [Job(name=str(number), run=meet, at_most=HOUR) for number in range(3)]
    await run_jobs([], others, head_start=HOUR)


async def test_other_jobs_do_not_wait_for_slow_first_ones() -> None:
    """The slow one ends because another has run."""
    others_ran = asyncio.Event()

    async def release() -> None:
        others_ran.set()

    async def wait() -> None:
        await others_ran.wait()

    slow = Job(name="seal", run=wait, at_most=HOUR)
    other = Job(name="ship", run=release, at_most=HOUR)
    await run_jobs([slow], [other], head_start=NO_TIME)


@pytest.mark.parametrize(
    "error", [StorageUnavailable(), Panic("here"), asyncio.CancelledError()], ids=repr
)
@pytest.mark.parametrize("is_first", [True, False])
async def test_a_failed_job_stops_no_other_and_fails_the_run(
    job: Callable[[str], Job],
    done: list[str],
    caplog: pytest.LogCaptureFixture,
    error: BaseException,
    *,
    is_first: bool,
) -> None:
    bad = Job(name="bad", run=raises(error), at_most=HOUR)
    first, others = [job("seal")], [job("ship")]
    (first if is_first else others).insert(0, bad)
    with pytest.raises(JobsFailed, match=f"^bad: {type(error).__name__}$"):
        await run_jobs(first, others, head_start=HOUR)
    assert done == ["seal", "ship"]
    (record,) = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert record.getMessage() == f"a job of the timer failed: bad: {type(error).__name__}"
    assert record.exc_info
    assert record.exc_info[1] is error


@pytest.mark.parametrize("is_first", [True, False])
async def test_a_hanging_job_is_stopped_and_the_others_end(
    job: Callable[[str], Job], done: list[str], *, is_first: bool
) -> None:
    hanging = Job(name="hanging", run=hang, at_most=NO_TIME)
    first, others = [job("seal")], [job("ship")]
    (first if is_first else others).insert(0, hanging)
    with pytest.raises(JobsFailed, match=r"^hanging: TimeoutError$"):
        await run_jobs(first, others, head_start=HOUR)
    assert done == ["seal", "ship"]


async def test_each_failed_job_is_named() -> None:
    bad = [
        Job(name=name, run=raises(error), at_most=HOUR)
        for name, error in {"seal": StorageUnavailable(), "ship": ValueError("secret")}.items()
    ]
    with pytest.raises(JobsFailed, match=r"^seal: StorageUnavailable; ship: ValueError$"):
        await run_jobs([], bad, head_start=HOUR)


async def test_a_run_that_is_stopped_stops_its_jobs(
    job: Callable[[str], Job], done: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    """That is no failure, and no further job begins."""
    begun, stopped = asyncio.Barrier(3), list[str]()

    def waiting(name: str) -> Job:
        async def run() -> None:
            await begun.wait()
            try:
                await hang()
            finally:
                stopped.append(name)

        return Job(name=name, run=run, at_most=HOUR)

    first, others = [waiting("watch"), job("seal")], [waiting("ship")]
    running = asyncio.create_task(run_jobs(first, others, head_start=NO_TIME))
    await begun.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert (sorted(stopped), done, caplog.records) == (["ship", "watch"], [], [])
