"""The result of reading keys, the same for all key stores."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.keys.ring import KeyVersion

RETRY = timedelta(seconds=5)
"""The wait after a failed reading, unless the key store asks for a longer one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading[K]:
    versions: tuple[KeyVersion[K], ...]
    """The enabled versions, at least one."""
    unusable_since: datetime | None = None
    """Since when a newer enabled version than all of these has no usable key."""


class ReadFailed(Exception):
    """The key store cannot be reached or refuses; the cause says which."""

    def __init__(self, *, retry_after: timedelta = RETRY) -> None:
        super().__init__()
        self.retry_after = retry_after


class NoneLeft(ReadFailed):
    """No enabled version is usable, so what was read before must not be used any more."""
