"""The job of a restore, in the list of the vault's jobs: Azure has what we asked for."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.access.restores.answers import AnswerUnreadable
from shared.access.restores.job_answers import Job, read_jobs
from shared.access.restores.job_search import find_job
from shared.access.restores.record import Record
from shared.access.restores.requests import list_restore_jobs
from shared.access_broker.restores.azure import Azure

logger = logging.getLogger("touchstone.restores")

_MOST_PAGES = 5
_MOST_OTHERS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Searching:
    azure: Azure
    clock: Callable[[], datetime]

    async def find(self, record: Record, token: str, *, since: datetime) -> Job | None:
        """Raises ProviderUnavailable, AnswerUnreadable."""
        restore = record.restore
        found = find_job(
            await self._list_jobs(record, since, token),
            item=record.order.action.item,
            request_id=restore.request_id,
            since=since,
        )
        if found.job is None and found.others:
            others = ", ".join(found.others[:_MOST_OTHERS])
            logger.warning("restore %s: other restores of the machine: %s", restore.id, others)
        return found.job

    async def _list_jobs(self, record: Record, since: datetime, token: str) -> list[Job]:
        jobs: list[Job] = []
        after: str | None = None
        for _ in range(_MOST_PAGES):
            request = list_restore_jobs(
                record.order.action, since=since, until=self.clock(), after=after
            )
            page = read_jobs(await self.azure.read(request, token=token))
            jobs += page.entries
            after = page.after
            if after is None:
                return jobs
        raise AnswerUnreadable("more jobs than can be looked at")
