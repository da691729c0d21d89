from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

START = datetime(2026, 1, 1, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


@dataclass(slots=True)
class Clock:
    """Changes only if a test moves it."""

    seconds: float = 0

    def __call__(self) -> datetime:
        return at(self.seconds)
