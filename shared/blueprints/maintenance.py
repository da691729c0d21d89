"""The timer that seals and ships the audit log, and removes what nobody needs."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from time import monotonic

import azure.functions as func

from shared import wiring
from shared.handling.jobs import Job, run_jobs

bp = func.Blueprint()
HEAD_START = timedelta(seconds=25)
"""The longest time for which the other jobs wait for sealing."""
# After this time of a run, a job begins nothing new.
SEALING = timedelta(seconds=30)
OTHERS = timedelta(seconds=40)
# After this time of its own, a job is stopped.
WATCHING_AT_MOST = timedelta(seconds=10)
SEALING_AT_MOST = timedelta(seconds=45)
OTHERS_AT_MOST = timedelta(seconds=30)
"""A destination that does not answer is given up, and put off, in less."""
logger = logging.getLogger("touchstone.maintenance")


@bp.timer_trigger(schedule="0 * * * * *", arg_name="timer")
async def maintain(timer: func.TimerRequest) -> None:
    """Seal the audit log. Then, at the same time: index and ship it, erase people from it, and
    remove rows that nobody needs. Each run does all of this, so a run that is left out delays it
    by a minute."""
    run = _Run()
    await run_jobs(run.first_jobs(), run.other_jobs(), head_start=HEAD_START)


class _Run:
    def __init__(self) -> None:
        self._service = wiring.service()
        self._began = monotonic()

    def first_jobs(self) -> Iterator[Job]:
        watch = self._service.configuration_watch.detect_changes
        yield Job(name="watching the settings", run=watch, at_most=WATCHING_AT_MOST)
        yield Job(name="sealing", run=self._seal, at_most=SEALING_AT_MOST)

    def other_jobs(self) -> Iterator[Job]:
        yield Job(name="indexing", run=self._index, at_most=OTHERS_AT_MOST)
        yield Job(name="shipping", run=self._ship, at_most=OTHERS_AT_MOST)
        yield Job(name="erasing", run=self._erase, at_most=OTHERS_AT_MOST)
        for kind in self._service.sweeping.kinds:
            run = partial(self._remove, kind)
            yield Job(name=f"removing {kind}", run=run, at_most=OTHERS_AT_MOST)

    async def _seal(self) -> None:
        until = self._until(SEALING)
        sealed = await self._service.sealing.seal(until=until, outside=wiring.outside())
        logger.info("sealed %d events", sealed)

    async def _index(self) -> None:
        await self._service.indexing.go_on(until=self._until(OTHERS))

    async def _ship(self) -> None:
        shipped = await wiring.shipping().ship(until=self._until(OTHERS))
        logger.info("shipped %d entries", shipped)

    async def _erase(self) -> None:
        if erased := await self._service.erasure_run.carry_out(until=self._until(OTHERS)):
            logger.info("erased %d people from the log", erased)

    async def _remove(self, kind: str) -> None:
        removed = await self._service.sweeping.remove(kind, until=self._until(OTHERS))
        if removed:
            logger.info("removed %d %s", removed, kind)

    def _until(self, limit: timedelta) -> datetime:
        """By the service's clock, which a new process corrects when storage answers: so this is
        computed when a job begins."""
        return wiring.CLOCK() + limit - timedelta(seconds=monotonic() - self._began)
