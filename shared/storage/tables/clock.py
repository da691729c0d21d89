"""One clock for all instances: that of storage, read from the `Date` of its answers.

Instances must agree on the end of a session, a challenge or a window, but their machines' clocks
may differ by minutes. So each instance corrects its clock by that of storage. An answer shows the
second of storage at some moment between the request and the answer. That bounds the error of the
instance's clock, and only the certain part of the error is corrected. Before the first answers,
the clock is not corrected.

One answer may be wrong, so a correction by more than some seconds needs three agreeing answers in a
row. The clock is never corrected by more than ten minutes: storage refuses requests whose own time
is 15 minutes away from its clock, so an accepted request with a larger difference has a wrong
`Date`. Then the clock is not changed, an operator is alerted, and nothing is deleted by its age.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Protocol

logger = logging.getLogger("touchstone.clock")

TOLERATED = timedelta(seconds=30)
"""Beyond it an operator is alerted: other programs also depend on the machine's clock."""
MOST = timedelta(minutes=10)
"""The greatest correction."""
CONFIRMED = 3
"""The number of answers in a row that have to agree."""
_SMALL = timedelta(seconds=3)
"""A correction by at most this much needs one answer."""
_SECOND = timedelta(seconds=1)
_NONE = timedelta()


class JudgedClock(Protocol):
    """A clock that knows whether its time is right."""

    def __call__(self) -> datetime:
        """Return the current time in UTC."""
        ...

    @property
    def certain(self) -> bool: ...


class StorageClock:
    def __init__(self, own: Callable[[], datetime]) -> None:
        """`own` is the machine's clock, in UTC."""
        self.own = own
        self.offset = _NONE
        """From the machine's clock to the clock of storage."""
        self.off_since: datetime | None = None
        """Since when the machine's clock has been off by more than is tolerated."""
        self.doubted_since: datetime | None = None
        """Since when answers have shown more than the greatest correction."""
        self._agreeing = 0
        self._bounds = (_NONE, _NONE)
        """The bounds of the offset, by the latest `_agreeing` answers."""

    def __call__(self) -> datetime:
        return self.own() + self.offset

    @property
    def certain(self) -> bool:
        """Whether the latest answers agree with each other and with the clock."""
        return self._agreeing >= CONFIRMED and _within(self.offset, self._bounds)

    def hear(self, date: str | None, *, sent: datetime) -> None:
        """Process the `Date` of an answer that has just come. `sent` is when the request was sent,
        by the machine's clock."""
        shown = _read(date)
        if shown is None:
            return
        self._compare(shown - self.own(), shown + _SECOND - sent)
        offset = _nearest(self._bounds)
        if _within(self.offset, self._bounds):
            self.doubted_since = None
        elif abs(offset) > MOST:
            self._doubt(offset)
        elif self._agreeing >= CONFIRMED or abs(offset - self.offset) <= _SMALL:
            self.offset, self.doubted_since = offset, None
        self._report()

    def _compare(self, least: timedelta, most: timedelta) -> None:
        """Combine an answer with the earlier ones if they agree, or start again with it."""
        both = max(least, self._bounds[0]), min(most, self._bounds[1])
        agrees = self._agreeing > 0 and both[0] <= both[1]
        self._bounds = both if agrees else (least, most)
        self._agreeing = min(self._agreeing + 1, CONFIRMED) if agrees else 1

    def _doubt(self, offset: timedelta) -> None:
        if self.doubted_since is None:
            self.doubted_since = self()
            seconds = round(offset.total_seconds())
            logger.error("an answer of storage is %d seconds away from this machine", seconds)

    def _report(self) -> None:
        if abs(self.offset) <= TOLERATED:
            self.off_since = None
        elif self.off_since is None:
            self.off_since = self()
            seconds = round(self.offset.total_seconds())
            logger.error("the clock of this machine is %d seconds away from storage's", -seconds)


def _within(offset: timedelta, bounds: tuple[timedelta, timedelta]) -> bool:
    return bounds[0] <= offset <= bounds[1]


def _nearest(bounds: tuple[timedelta, timedelta]) -> timedelta:
    """No offset if that is within the bounds, else the middle."""
    return _NONE if _within(_NONE, bounds) else (bounds[0] + bounds[1]) / 2


def _read(date: str | None) -> datetime | None:
    try:
        return None if date is None else parsedate_to_datetime(date).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
