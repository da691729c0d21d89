"""How often devices may poll (RFC 8628 section 3.5).

One process remembers the polls that it got. Others do not know them, so with several processes a
device may poll more often: this keeps polls from storage, and nothing else depends on it.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

INTERVAL_SECONDS = 5
_STEP = timedelta(seconds=5)
_EARLY = timedelta(seconds=1)
"""By so much a poll may be early: the network delays one more than the next."""
_LONGEST = timedelta(seconds=60)
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class _Poll:
    at: datetime
    interval: timedelta


class Pace:
    def __init__(self) -> None:
        self._polls = OrderedDict[bytes, _Poll]()

    def is_too_fast(self, device_code: bytes, *, now: datetime) -> bool:
        """Note a poll. Each one that is too early makes the interval longer, for the device too."""
        last = self._polls.pop(device_code, None)
        early = last is not None and now - last.at < last.interval - _EARLY
        interval = last.interval if last else timedelta(seconds=INTERVAL_SECONDS)
        if early:
            interval = min(interval + _STEP, _LONGEST)
        self._polls[device_code] = _Poll(now, interval)
        if len(self._polls) > _MOST:
            self._polls.popitem(last=False)
        return early
