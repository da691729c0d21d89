"""What Azure has is followed: its operation, then its job; or the job is looked for."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from shared.access.restores.answers import AnswerUnreadable, Failure
from shared.access.restores.backoff import read_retry_after
from shared.access.restores.job_answers import read_job, read_operation
from shared.access.restores.record import Record
from shared.access.restores.requests import get_job
from shared.access.restores.restore import Restore, Status
from shared.access_broker.restores.azure import Azure, body_of, failure_of
from shared.access_broker.restores.changing import Found, RestoreChanges
from shared.access_broker.restores.posting import acting_of
from shared.access_broker.restores.searching import Searching
from shared.errors import ProviderUnavailable

if TYPE_CHECKING:
    from shared.fetching.https import Answer

logger = logging.getLogger("touchstone.restores")

_GONE = (204, 404, 410)
"""Azure forgets operations, and their addresses expire."""
_REFUSED = (400, 401, 403)
"""Their signature may have expired. The address is asked again if no job is found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    changes: RestoreChanges
    azure: Azure
    searching: Searching
    clock: Callable[[], datetime]

    async def watch(self, found: Found) -> None:
        """Learn how a restore fares. Raises StorageUnavailable, KeysUnavailable."""
        leased = await self.changes.make(found, found.restore.leased(self.clock()))
        if leased is None:
            return  # another instance does it
        has_looked = True
        try:
            token = await self.azure.token(acting_of(leased.record.order))
            after = await self._learn(leased.record, token)
        except (ProviderUnavailable, AnswerUnreadable) as error:
            logger.info("restore %s: nothing was learned: %s", leased.restore.id, error)
            after, has_looked = leased.restore.put_off(self.clock()), False
        after = self._unless_overdue(leased.restore, after, has_looked=has_looked)
        await self.changes.make(leased, after)

    async def _learn(self, record: Record, token: str) -> Restore:
        restore = record.restore
        if restore.job is not None:
            return await self._ask_job(record, restore.job, token)
        if restore.operation is not None:
            return await self._ask_operation(record, restore.operation, token)
        return await self._search(record, token)

    async def _ask_job(self, record: Record, job: str, token: str) -> Restore:
        answer = await self.azure.send(get_job(record.order.action.vault, job), token=token)
        told = read_job(_good(answer))
        return record.restore.following(told, self.clock(), retry_after=_retry_after(answer))

    async def _ask_operation(self, record: Record, address: str, token: str) -> Restore:
        answer = await self.azure.follow(address, token=token)
        if answer.status in _GONE:
            forgotten = replace(record.restore, operation=None)
            return await self._search(replace(record, restore=forgotten), token)
        if answer.status in _REFUSED:
            return await self._search(record, token)
        operation = read_operation(_good(answer))
        return record.restore.informed(operation, self.clock(), retry_after=_retry_after(answer))

    async def _search(self, record: Record, token: str) -> Restore:
        restore = record.restore
        since = restore.posted_at or restore.intended_at
        job = await self.searching.find(record, token, since=since)
        if job is None:
            return restore.put_off(self.clock())
        return restore.found(job.id, self.clock())

    def _unless_overdue(self, before: Restore, after: Restore, *, has_looked: bool) -> Restore:
        """A last look comes before it is given up."""
        is_news = after.status is not before.status or after.job != before.job
        if is_news or not after.is_overdue(self.clock(), has_looked=has_looked):
            return after
        failure = Failure("not_known_to_azure" if after.job is None else "not_ended")
        return after.ended(Status.UNKNOWN, self.clock(), failure=failure)


def _good(answer: "Answer") -> dict[str, object]:
    if answer.status != 200:
        raise ProviderUnavailable(failure_of(answer).code)
    return dict(body_of(answer))


def _retry_after(answer: "Answer") -> timedelta | None:
    return read_retry_after(answer.headers.get("Retry-After"))
