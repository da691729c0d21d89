"""Requests that cannot be read, or that this service does not accept."""

from collections.abc import Sequence

from shared.errors.base import TouchstoneError


class MalformedRequest(TouchstoneError):
    """Its text is shown to the caller, so it names the member, never the value."""


class ContentTooLarge(MalformedRequest):
    pass


class UnsupportedMediaType(MalformedRequest):
    pass


class ScopeInvalid(TouchstoneError):
    pass


class NotFound(TouchstoneError):
    pass


class VersionRequired(TouchstoneError):
    pass


class MethodNotAllowed(TouchstoneError):
    def __init__(self, allowed: Sequence[str]) -> None:
        super().__init__()
        self.allowed = allowed


class TooManyRequests(TouchstoneError):
    def __init__(
        self,
        policy: str,
        *,
        quota: int,
        window_seconds: int,
        retry_after: int,
        counter: tuple[str, str],
    ) -> None:
        """`policy` is the limit's name; `retry_after` is in seconds, from now. `counter` are the
        keys of the counter's row: the same on all instances until the window ends."""
        super().__init__(policy)
        self.counter = counter
        self.policy = policy
        self.quota = quota
        self.window_seconds = window_seconds
        self.retry_after = retry_after
