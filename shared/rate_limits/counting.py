"""What the limiter asks of counters, and its two ways out: refusing, and standing aside."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn, Protocol

from shared.errors import StorageUnavailable, TooManyRequests
from shared.rate_limits.policy import Limit, OnOutage
from shared.rate_limits.windows import Tally, Window

logger = logging.getLogger("touchstone.limits")


class Counters(Protocol):
    """See `shared.storage.limits.LimitStore`. All raise StorageUnavailable, except `known` and
    `give_back`."""

    async def spend(self, windows: Sequence[Window], /) -> Tally: ...
    def give_back(self, windows: Sequence[Window], /) -> None: ...
    async def add(self, window: Window, /) -> None: ...
    async def count(self, window: Window, /) -> int: ...
    def known(self, window: Window, /) -> int: ...


def refuse(full: Sequence[Window], *, now: int) -> NoReturn:
    """Name the window that is full for longest: before its end nothing changes."""
    window = max(full, key=lambda one: one.ends_at)
    raise TooManyRequests(
        window.limit.name,
        quota=window.limit.quota,
        window_seconds=window.limit.window_seconds,
        retry_after=window.seconds_left(now),
        counter=(window.partition, window.row),
    )


@contextmanager
def admit_when_unavailable(limits: Sequence[Limit]) -> Iterator[None]:
    """Let a request pass when storage cannot tell, if none of its limits refuses in doubt."""
    try:
        yield
    except StorageUnavailable:
        if any(limit.in_doubt is OnOutage.REFUSE for limit in limits):
            raise
        names = ", ".join(limit.name for limit in limits)
        logger.warning("storage unavailable: not limited by %s", names)
