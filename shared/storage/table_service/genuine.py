"""Tells an answer of Azure Storage from one of something between it and us."""

from collections.abc import Callable, MutableMapping
from datetime import datetime
from typing import Protocol

from azure.core.exceptions import ServiceResponseError

_SIGNATURE = "x-ms-request-id"
"""A header that every answer of Azure Storage has."""
_WAITS = ("Retry-After", "retry-after-ms", "x-ms-retry-after-ms")
"""The headers by which azure.core waits before it repeats a request."""
_SERVER_ERRORS = 500  # these requests are repeated, even if a proxy answered


class HearingClock(Protocol):
    """A clock that is corrected by that of storage."""

    own: Callable[[], datetime]
    """The machine's clock."""

    def hear(self, date: str | None, *, sent: datetime) -> None: ...


class Genuine:
    """Hears the clock of storage in each answer, too."""

    def __init__(self, clock: HearingClock | None) -> None:
        self._clock = clock

    def begin(self) -> datetime | None:
        """Return when a request was sent, for `check`."""
        return self._clock.own() if self._clock else None

    def check(
        self, status: int, headers: MutableMapping[str, str], *, sent: datetime | None
    ) -> None:
        """Raise ServiceResponseError for an answer that is not of storage: it would be taken for
        the information that a row is missing, has changed or is gone.

        Removes such as Retry-After: storage may ask for a minute's wait, too long for a user.
        """
        if _SIGNATURE not in headers and status < _SERVER_ERRORS:
            raise ServiceResponseError("an answer that is not of Azure Storage")
        # A 5xx may come from a gateway, or from a faulty server of storage.
        if self._clock and sent and status < _SERVER_ERRORS:
            self._clock.hear(headers.get("Date"), sent=sent)
        for name in _WAITS:
            headers.pop(name, None)
