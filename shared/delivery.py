"""Receivers elsewhere are told what they asked to know. The timer does it: nobody waits for them.

Any number of instances do it at the same time: whoever moves a notice to its next time sends it. If
the process stops after that, it is sent again then. A receiver may thus be told twice, and is never
not told, unless it does not answer for a day.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from functools import partial
from typing import Protocol

from shared.errors import ProviderUnavailable
from shared.notice import Notice
from shared.recording.attempt import Attempt
from shared.storage.notices import NoticeStore, StoredNotice
from shared.storage.tables.gather_limited import AT_ONCE, gather_limited

logger = logging.getLogger("touchstone.delivery")

BATCH = AT_ONCE
"""One that has begun ends before the timer stops it, even if no receiver answers."""


class Cause(Enum):
    """Whether what a notice tells of has happened."""

    STANDS = auto()
    AWAITED = auto()
    """It may still happen."""
    NONE = auto()


class Receiver(Protocol):
    @property
    def name(self) -> str:
        """For the log. If it does not answer, all notices for this name wait for the next run."""
        ...


class Courier[N: Notice, R: Receiver](Protocol):
    """What differs between kinds of notices."""

    async def find_receiver(self, notice: N) -> R | None:
        """As it is now. None if nobody wants to know. It asks storage for nothing that is not
        kept: thousands of notices may wait for one receiver."""
        ...

    async def cause(self, notice: N) -> Cause: ...

    async def send(self, notice: N, receiver: R) -> None:
        """Raises ProviderUnavailable unless the receiver accepts it."""
        ...

    def undelivered(self, notice: N) -> Attempt:
        """What is recorded when it is given up."""
        ...


class Delivery[N: Notice, R: Receiver]:
    def __init__(
        self, *, notices: NoticeStore[N], courier: Courier[N, R], clock: Callable[[], datetime]
    ) -> None:
        self._notices = notices
        self._courier = courier
        self._clock = clock

    async def deliver(self, *, until: datetime) -> int:
        """Return how many receivers were told. Each notice is tried once, and no batch begins after
        `until`. Raises StorageUnavailable, KeysUnavailable."""
        run = _Run()
        after: str | None = ""
        while after is not None and self._clock() < until:
            due = await self._notices.due(self._clock(), after=after, limit=BATCH)
            await gather_limited(partial(self._take, run), due.notices)
            after = due.go_on_after
        return run.told

    async def _take(self, run: "_Run", stored: StoredNotice[N]) -> None:
        notice = stored.notice
        receiver = await self._courier.find_receiver(notice)
        if receiver is None:
            await self._notices.remove(notice)
        elif receiver.name not in run.silent or notice.is_too_old(self._clock()):
            await self._take_for(run, stored, receiver)

    async def _take_for(self, run: "_Run", stored: StoredNotice[N], receiver: R) -> None:
        notice = stored.notice
        match await self._courier.cause(notice):
            case Cause.NONE:
                await self._notices.remove(notice)
            case Cause.STANDS if notice.is_too_old(self._clock()):
                await self._give_up(notice)
            case Cause.STANDS if receiver.name not in run.silent:  # others may have found out
                await self._tell(run, stored, receiver)

    async def _tell(self, run: "_Run", stored: StoredNotice[N], receiver: R) -> None:
        tried = stored.notice.tried(self._clock())
        if not await self._notices.replace(stored, tried):
            return  # another instance tells it
        try:
            await self._courier.send(tried, receiver)
        except ProviderUnavailable as error:
            run.silent.add(receiver.name)
            logger.info("%s was not told: %s", receiver.name, error)
            return
        run.told += 1
        await self._notices.remove(tried)

    async def _give_up(self, notice: N) -> None:
        attempt = self._courier.undelivered(notice)
        await attempt.announce(self._notices.partition)
        event = attempt.failure(ProviderUnavailable())
        if not await self._notices.remove_with_event(notice, event=event):
            await attempt.withdraw()  # another instance did it


@dataclass
class _Run:
    silent: set[str] = field(default_factory=set)
    """Receivers that did not answer. The others must not wait for them."""
    told: int = 0
