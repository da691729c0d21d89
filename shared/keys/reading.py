"""What reading keys brings, whoever keeps them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.keys.ring import KeyVersion

RETRY = timedelta(seconds=5)
"""After a reading that failed, unless the keeper of the keys asks for more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading[K]:
    versions: tuple[KeyVersion[K], ...]
    """Enabled ones, and never none."""
    unusable_since: datetime | None = None
    """Since when an enabled version that is newer than all of these holds no usable key."""


class ReadFailed(Exception):
    """The keeper of the keys is out of reach, or refuses; the cause tells which."""

    def __init__(self, *, retry_after: timedelta = RETRY) -> None:
        super().__init__()
        self.retry_after = retry_after


class NoneLeft(ReadFailed):
    """No version is enabled and usable, so what was read before must not be used any more."""
