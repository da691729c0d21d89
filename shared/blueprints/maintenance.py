"""The timer that seals and ships the audit log, and removes what nobody needs."""

import logging
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from time import monotonic

from shared import wiring
from shared.handling.jobs import Job, run_jobs

HEAD_START = timedelta(seconds=25)
"""The longest time for which the other jobs wait for sealing."""
# After this time of a run, a job begins nothing new.
SEALING = timedelta(seconds=30)
OTHERS = timedelta(seconds=40)
END = timedelta(seconds=55)
"""After this time of a run, every job is stopped. So a job with much to do ends by itself, with the
batch that it has begun. A destination that does not answer is given up, and put off, before."""
WATCHING_AT_MOST = timedelta(seconds=10)
logger = logging.getLogger("touchstone.maintenance")


async def maintain() -> None:
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
        yield self._job("sealing", self._seal)

    def other_jobs(self) -> Iterator[Job]:
        yield self._job("indexing", self._index)
        yield self._job("shipping", self._ship)
        yield self._job("erasing", self._erase)
        yield self._job("telling clients of ended sessions", self._tell_clients)
        yield self._job("following restores", self._follow_restores)
        yield self._job("telling webhooks of approvals", self._tell_webhooks)
        yield self._job("removing ended sessions", self._remove_ended_sessions)
        for kind in self._service.sweeping.kinds:
            yield self._job(f"removing {kind}", partial(self._remove, kind))

    def _job(self, name: str, run: Callable[[], Awaitable[None]]) -> Job:
        return Job(name=name, run=run, at_most=END - self._elapsed())

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

    async def _tell_clients(self) -> None:
        if told := await self._service.logout_delivery.deliver(until=self._until(OTHERS)):
            logger.info("told clients of %d ended sessions", told)

    async def _tell_webhooks(self) -> None:
        if told := await self._service.approval_delivery.deliver(until=self._until(OTHERS)):
            logger.info("told webhooks of %d changes of approvals", told)

    async def _remove_ended_sessions(self) -> None:
        removed = await self._service.ended_sessions.remove(until=self._until(OTHERS))
        if removed:
            logger.info("removed %d ended sessions", removed)

    async def _follow_restores(self) -> None:
        if followed := await self._service.restore_following.follow(until=self._until(OTHERS)):
            logger.info("followed %d restores", followed)

    async def _remove(self, kind: str) -> None:
        removed = await self._service.sweeping.remove(kind, until=self._until(OTHERS))
        if removed:
            logger.info("removed %d %s", removed, kind)

    def _until(self, limit: timedelta) -> datetime:
        """By the service's clock, which a new process corrects when storage answers: so this is
        computed when a job begins."""
        return wiring.CLOCK() + limit - self._elapsed()

    def _elapsed(self) -> timedelta:
        return timedelta(seconds=monotonic() - self._began)
