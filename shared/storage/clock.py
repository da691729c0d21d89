"""One clock for all instances: the storage's, as the `Date` of its answers shows it.

Instances have to agree on when a session, a challenge or a window ends, and their machines' clocks
may differ by minutes. So what an instance reads from its own is put right by what storage says. An
answer shows the storage's second, and was written at some moment between the request and the
answer: that bounds how far the own clock is off, and only what is off beyond doubt is put right.
Before the first answer the own clock is all that there is.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

logger = logging.getLogger("touchstone.clock")

TOLERATED = timedelta(seconds=30)
"""Beyond that an operator is told: others than Touchstone go by the machine's clock too."""
_SECOND = timedelta(seconds=1)


class StorageClock:
    def __init__(self, own: Callable[[], datetime]) -> None:
        """`own` is the machine's clock, in UTC."""
        self.own = own
        self.offset = timedelta()
        """From the own clock to the storage's."""
        self.off_since: datetime | None = None
        """Since when the own clock has been off by more than is tolerated."""

    def __call__(self) -> datetime:
        return self.own() + self.offset

    def hear(self, date: str | None, *, sent: datetime) -> None:
        """An answer with that `Date` has just come to a request of that moment of the own clock."""
        said = _read(date)
        if said is None:
            return
        least, most = said - self.own(), said + _SECOND - sent
        if not least <= self.offset <= most:
            self.offset = timedelta() if least <= timedelta() <= most else (least + most) / 2
        self._tell()

    def _tell(self) -> None:
        if abs(self.offset) <= TOLERATED:
            self.off_since = None
        elif self.off_since is None:
            self.off_since = self()
            seconds = round(self.offset.total_seconds())
            logger.error("the clock of this machine is %d seconds away from storage's", -seconds)


def _read(date: str | None) -> datetime | None:
    try:
        return None if date is None else parsedate_to_datetime(date).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
