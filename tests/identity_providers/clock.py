from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.identity_providers.claims import NOW


@dataclass
class Clock:
    """Stands still until it is told to go on."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **duration: float) -> None:
        self.now += timedelta(**duration)
