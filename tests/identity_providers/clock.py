from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.identity_providers.claims import NOW


@dataclass
class Clock:
    """A clock that does not move until a test advances it."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **duration: float) -> None:
        self.now += timedelta(**duration)
