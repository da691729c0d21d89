"""The interface of a destination of the log, and its ways to refuse entries."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from shared.audit.log_entry import LogEntry


class NotNow(Exception):
    """Throttled, timed out or unreachable. The same entries are sent again later."""

    def __init__(self, reason: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


class Unacceptable(Exception):
    """Refused for its content: the same entries would be refused again."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Destination(Protocol):
    @property
    def name(self) -> str: ...

    async def send(self, entries: Sequence[LogEntry]) -> None:
        """Return when all of them are stored. Raises NotNow, Unacceptable.

        Entries may be sent more than once.
        """
        ...
