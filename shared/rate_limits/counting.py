"""The counters that the limiter needs. It refuses a request, or admits it if storage is
unavailable."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn, Protocol

from shared.errors import StorageUnavailable, TooManyRequests
from shared.rate_limits.policy import Limit, OnOutage
from shared.rate_limits.windows import Tally, Window

logger = logging.getLogger("touchstone.limits")


class Counters(Protocol):
    """See `shared.storage.limits.LimitStore`. All methods raise StorageUnavailable, except
    `has_permit`, `known`, `keep` and `give_back`."""

    async def spend(self, windows: Sequence[Window], /) -> Tally: ...
    def give_back(self, windows: Sequence[Window], /) -> None: ...
    def keep(self, windows: Sequence[Window], /) -> None: ...
    async def add(self, window: Window, /) -> None: ...
    async def count(self, window: Window, /) -> int: ...
    def has_permit(self, window: Window, /) -> bool: ...
    def known(self, window: Window, /) -> int: ...


def refuse(full: Sequence[Window], *, now: int) -> NoReturn:
    """Name the full window that ends last: no request is admitted before it ends."""
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
    """Admit a request if storage is unavailable, unless one of its limits refuses in doubt."""
    try:
        yield
    except StorageUnavailable:
        if any(limit.in_doubt is OnOutage.REFUSE for limit in limits):
            raise
        names = ", ".join(limit.name for limit in limits)
        logger.warning("storage unavailable: not limited by %s", names)
