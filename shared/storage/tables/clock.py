"""One clock for all instances: the storage's, as the `Date` of its answers shows it.

Instances have to agree on when a session, a challenge or a window ends, and their machines' clocks
may differ by minutes. So what an instance reads from its own is put right by what storage says. An
answer shows the storage's second, and was written at some moment between the request and the
answer: that bounds how far the own clock is off, and only what is off beyond doubt is put right.
Before the first answers the own clock is all that there is.

One answer may be wrong, so a correction by more than some seconds takes three in a row that agree.
Nor is the clock put right by more than ten minutes: storage refuses each request whose own time is
a quarter of an hour away from its clock, so an answer that it gives and that shows more has a wrong
`Date`. Then the clock stays as it is, an operator is alerted, and nothing is deleted by its age.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Protocol

logger = logging.getLogger("touchstone.clock")

TOLERATED = timedelta(seconds=30)
"""Beyond that an operator is alerted: others than Touchstone go by the machine's clock too."""
MOST = timedelta(minutes=10)
"""That the clock is put right by."""
CONFIRMED = 3
"""So many answers in a row have to agree."""
_AT_ONCE = timedelta(seconds=3)
"""A correction by less needs one answer."""
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
        """From the own clock to the storage's."""
        self.off_since: datetime | None = None
        """Since when the own clock has been off by more than is tolerated."""
        self.doubted_since: datetime | None = None
        """Since when answers have shown more than the clock is put right by."""
        self._agreeing = 0
        self._bounds = (_NONE, _NONE)
        """Within which the latest answers, so many, put the offset."""

    def __call__(self) -> datetime:
        return self.own() + self.offset

    @property
    def certain(self) -> bool:
        """Whether the latest answers agree with one another, and the clock with them."""
        return self._agreeing >= CONFIRMED and _within(self.offset, self._bounds)

    def hear(self, date: str | None, *, sent: datetime) -> None:
        """An answer of storage with that `Date` has just come to a request of that moment of the
        own clock."""
        said = _read(date)
        if said is None:
            return
        self._compare(said - self.own(), said + _SECOND - sent)
        offset = _nearest(self._bounds)
        if _within(self.offset, self._bounds):
            self.doubted_since = None
        elif abs(offset) > MOST:
            self._doubt(offset)
        elif self._agreeing >= CONFIRMED or abs(offset - self.offset) <= _AT_ONCE:
            self.offset, self.doubted_since = offset, None
        self._tell()

    def _compare(self, least: timedelta, most: timedelta) -> None:
        """Bring an answer together with those before it, or begin anew with it."""
        both = max(least, self._bounds[0]), min(most, self._bounds[1])
        agrees = self._agreeing > 0 and both[0] <= both[1]
        self._bounds = both if agrees else (least, most)
        self._agreeing = min(self._agreeing + 1, CONFIRMED) if agrees else 1

    def _doubt(self, offset: timedelta) -> None:
        if self.doubted_since is None:
            self.doubted_since = self()
            seconds = round(offset.total_seconds())
            logger.error("an answer of storage is %d seconds away from this machine", seconds)

    def _tell(self) -> None:
        if abs(self.offset) <= TOLERATED:
            self.off_since = None
        elif self.off_since is None:
            self.off_since = self()
            seconds = round(self.offset.total_seconds())
            logger.error("the clock of this machine is %d seconds away from storage's", -seconds)


def _within(offset: timedelta, bounds: tuple[timedelta, timedelta]) -> bool:
    return bounds[0] <= offset <= bounds[1]


def _nearest(bounds: tuple[timedelta, timedelta]) -> timedelta:
    """None at all if that may be right, else the middle."""
    return _NONE if _within(_NONE, bounds) else (bounds[0] + bounds[1]) / 2


def _read(date: str | None) -> datetime | None:
    try:
        return None if date is None else parsedate_to_datetime(date).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
