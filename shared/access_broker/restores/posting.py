"""An intent becomes a request to Azure: once.

Before the request all that may fail without harm is done. Then the row says that it is being
posted, and from there on only this process sends it, if its lease has not nearly ended meanwhile.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from shared.access.restores.answers import AnswerUnreadable, Failure
from shared.access.restores.backoff import read_retry_after
from shared.access.restores.job_answers import Job
from shared.access.restores.record import Order, Record
from shared.access.restores.requests import post_restore
from shared.access.restores.restore import Restore, Status
from shared.access_broker.assertions import Acting
from shared.access_broker.restores.azure import Azure, failure_of
from shared.access_broker.restores.changing import Found, RestoreChanges
from shared.access_broker.restores.checking import Checking
from shared.access_broker.restores.searching import Searching
from shared.audit.event_id import made_at
from shared.errors import ProviderUnavailable

if TYPE_CHECKING:
    from shared.fetching.https import Answer

logger = logging.getLogger("touchstone.restores")

_LEFT = timedelta(minutes=1)
"""Of the lease: more than the request takes."""
_NOT_DONE = {*range(400, 500)} - {408, 429}
"""Azure says that it did not do it. After 408 and 5xx nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    changes: RestoreChanges
    checking: Checking
    azure: Azure
    searching: Searching
    clock: Callable[[], datetime]

    async def post(self, found: Found) -> None:
        """Raises StorageUnavailable, KeysUnavailable."""
        now = self.clock()
        if found.restore.is_overdue(now):
            await self._fail(found, Failure("not_started"))
            return
        leased = await self.changes.make(found, found.restore.leased(now))
        if leased is None:
            return  # another instance has it
        order = leased.record.order
        try:
            token = await self.azure.token(acting_of(order))
            failure = await self.checking.find_obstacle(order, token)
            known = await self._find_job(leased.record, token) if failure is None else None
        except (ProviderUnavailable, AnswerUnreadable) as error:
            logger.info("restore %s waits: %s", leased.restore.id, error)
            await self.changes.make(leased, leased.restore.put_off(self.clock()))
            return
        if failure is not None:
            await self._fail(leased, failure)
            return
        if known is not None:
            logger.warning("restore %s: Azure has it already, so it is not sent", leased.restore.id)
            await self.changes.make(leased, leased.restore.found(known.id, self.clock()))
            return
        posting = await self.changes.make(leased, leased.restore.posting(self.clock()))
        if posting is not None:
            await self._send(posting, token)

    async def _find_job(self, record: Record, token: str) -> Job | None:
        """That of an earlier request for the same approval, of which this row knows nothing: an old
        row of ours was put back. Raises ProviderUnavailable, AnswerUnreadable."""
        since = made_at(record.restore.id) or record.restore.intended_at
        return await self.searching.find(record, token, since=since)

    async def _send(self, posting: Found, token: str) -> None:
        from shared.fetching.https import NotSent  # it loads libraries

        order, restore = posting.record.order, posting.restore
        if self.clock() > restore.due_at - _LEFT:  # the write took long, and others may go on
            await self._settle(restore, _not_posted(self.clock()))
            return
        try:
            answer = await self.azure.send(
                post_restore(order.action, guard_requests=order.guard_requests),
                token=token,
                request_id=restore.request_id,
                for_guard=bool(order.guard_requests),
            )
        except NotSent:
            await self._settle(restore, _not_posted(self.clock()))
        except ProviderUnavailable:
            await self._settle(restore, lambda now: now.put_off(self.clock()))
        else:
            await self._settle(restore, self._meaning_of(answer))

    def _meaning_of(self, answer: "Answer") -> Callable[[Restore], Restore]:
        now, asked = self.clock(), read_retry_after(answer.headers.get("Retry-After"))
        if answer.status in range(200, 300):
            address = answer.headers.get("Azure-AsyncOperation")
            is_ours = address is not None and self.azure.is_ours(address)
            return lambda restore: restore.accepted(
                now,
                operation=address if is_ours else None,
                correlation=_short(answer.headers.get("x-ms-correlation-request-id")),
                retry_after=asked,
            )
        if answer.status == 429:
            return _not_posted(now, asked)
        if answer.status in _NOT_DONE:
            failure = failure_of(answer)
            return lambda restore: restore.ended(Status.FAILED, now, failure=failure)
        return lambda restore: restore.put_off(now, retry_after=asked)

    async def _settle(self, sent: Restore, change: Callable[[Restore], Restore]) -> None:
        def apply(restore: Restore) -> Restore | None:
            is_that = (restore.status, restore.posted_at) == (Status.POSTING, sent.posted_at)
            return change(restore) if is_that else None

        await self.changes.settle(sent.id, apply)

    async def _fail(self, found: Found, failure: Failure) -> None:
        ended = found.restore.ended(Status.FAILED, self.clock(), failure=failure)
        await self.changes.make(found, ended)


def acting_of(order: Order) -> Acting:
    return Acting(profile=order.profile, identity=order.identity, person=order.asker)


def _not_posted(
    now: datetime, retry_after: timedelta | None = None
) -> Callable[[Restore], Restore]:
    return lambda restore: restore.not_posted(now, retry_after=retry_after)


def _short(value: str | None) -> str | None:
    return value if value is not None and len(value) <= 100 and value.isascii() else None
