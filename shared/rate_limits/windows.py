"""One counter: whom it counts, for which limit, and in which window of time. Pure.

Its keys follow from the limit, the subject and the time only, so all instances use the same row.
They begin with the end of the window, so that a sweeper finds expired rows by a range of
partitions. They have no address and no name, only a keyed hash of it.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from shared import base64url
from shared.rate_limits.policy import Action, Allowance, Limit

_HASH_BYTES = 16
_SHARD_CHARACTERS = 1  # in hexadecimal: 16 partitions for each window of a limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    limit: Limit
    partition: str
    row: str
    ends_at: int

    def seconds_left(self, now: int) -> int:
        return max(1, self.ends_at - now)

    def allowance(self, used: int, *, now: int) -> Allowance:
        remaining = max(0, self.limit.quota - used)
        return Allowance(
            limit=self.limit, remaining=remaining, reset_seconds=self.seconds_left(now)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The result of counting a request in several windows together."""

    admitted: bool
    used: Sequence[int]
    """The count of each window, as far as the process knows it."""

    def full(self, windows: Sequence[Window]) -> list[Window]:
        return [
            window
            for window, used in zip(windows, self.used, strict=True)
            if used >= window.limit.quota
        ]


def place(
    limits: Sequence[Limit], values: Sequence[bytes], *, now: int, key: bytes
) -> list[Window]:
    """The window of each limit for the value at the same index. All limits are of one action."""
    longest = max((limit.window_seconds for limit in limits), default=1)
    return [
        _place(limit, _hash(limit, value, key=key), now=now, longest=longest)
        for limit, value in zip(limits, values, strict=True)
    ]


def partition_before(now: int) -> str:
    """A partition key. All partitions below it have only windows that ended before `now`."""
    return f"{now:010d}"


def _place(limit: Limit, subject: bytes, *, now: int, longest: int) -> Window:
    starts_at = now - now % limit.window_seconds
    ends_at = starts_at + limit.window_seconds
    if limit.action is Action.CREATION:
        # These limits are counted all or none, in one transaction and so in one partition.
        partition = f"{now - now % longest + longest:010d}-{limit.action}"
    else:
        partition = f"{ends_at:010d}-{limit.name}-{subject.hex()[:_SHARD_CHARACTERS]}"
    # Instances with other settings, as during a deployment, count separately.
    row = f"{limit.name}-{ends_at:010d}-{limit.window_seconds}-{base64url.encode(subject)}"
    return Window(limit=limit, partition=partition, row=row, ends_at=ends_at)


def _hash(limit: Limit, value: bytes, *, key: bytes) -> bytes:
    message = b"rate limit\0" + limit.subject.encode() + b"\0" + value
    return hmac.digest(key, message, "sha256")[:_HASH_BYTES]
