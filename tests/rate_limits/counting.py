"""Helpers for tests of limits: a clock, windows, and the stored counts."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from shared.rate_limits.limiter import RateLimiter
from shared.rate_limits.limits_setting import read_limits
from shared.rate_limits.policy import Action, Limit, Subject, limits_of
from shared.rate_limits.windows import Window, place
from shared.storage.limits import LimitStore
from shared.storage.tables.table import Table

KEY = bytes(range(32))

type MakeLimiter = Callable[[str], RateLimiter]
type Begin = Callable[[int], Window]


@dataclass(slots=True)
class Clock:
    now: datetime = field(default=datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    @property
    def seconds(self) -> int:
        return int(self.now.timestamp())

    def advance(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)


def find_limit(name: str, settings: str = "") -> Limit:
    return next(limit for limit in read_limits(settings) if limit.name == name)


def creation(clock: Clock, account: bytes, settings: str = "") -> list[Window]:
    limits = limits_of(read_limits(settings), Action.CREATION)
    return place(limits, [account, b"192.0.2.1", b""], now=clock.seconds, key=KEY)


def founding(clock: Clock, number: int, settings: str = "") -> list[Window]:
    """The windows of a stranger's new account: those of an address and of all strangers."""
    limits = [
        limit
        for limit in limits_of(read_limits(settings), Action.CREATION)
        if limit.subject is not Subject.ACCOUNT
    ]
    return place(limits, [b"address %d" % number, b""], now=clock.seconds, key=KEY)


async def found_accounts(
    store: LimitStore, clock: Clock, numbers: Iterable[int], settings: str = ""
) -> list[bool]:
    """Whether each is admitted. Those that are admitted succeed."""
    admitted: list[bool] = []
    for number in numbers:
        windows = founding(clock, number, settings)
        admitted.append((await store.spend(windows)).admitted)
        if admitted[-1]:
            store.keep(windows)
    return admitted


async def spend_many(store: LimitStore, window: Window, times: int) -> int:
    tallies = await asyncio.gather(*(store.spend([window]) for _ in range(times)))
    return sum(tally.admitted for tally in tallies)


async def stored(table: Table, window: Window) -> int:
    row = await table.get(window.partition, window.row)
    return 0 if row is None else int(row["Count"])
