"""What shipping asks of a destination, and how a destination declines."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from shared.audit.log_entry import LogEntry


class NotNow(Exception):
    """Throttled, timed out or out of reach: the same entries again, later."""

    def __init__(self, reason: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


class Unacceptable(Exception):
    """Refused for what it holds: sending the same again would get the same answer."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Destination(Protocol):
    @property
    def name(self) -> str: ...

    async def send(self, entries: Sequence[LogEntry]) -> None:
        """Return once all of them are there for good. Raises NotNow, Unacceptable.

        Entries that were sent before may come again.
        """
        ...
