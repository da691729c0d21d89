"""When a receiver is told of something, and when it is given up."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

GIVEN_UP_AFTER = timedelta(days=1)
_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=1)
_MOST_DOUBLED = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    noted_at: datetime
    due_at: datetime
    attempts: int = 0

    def tried(self, now: datetime) -> Self:
        """Before it is sent, so that nobody else sends it meanwhile. The pauses grow."""
        doubled = min(self.attempts, _MOST_DOUBLED)  # a row may say any number
        pause = min(_FIRST_PAUSE * 2**doubled, _LONGEST_PAUSE)
        return replace(self, attempts=self.attempts + 1, due_at=now + pause)

    def is_too_old(self, now: datetime) -> bool:
        return now - self.noted_at >= GIVEN_UP_AFTER
