"""Pauses between requests about one restore."""

from datetime import timedelta

PAUSES = tuple(timedelta(minutes=each) for each in (1, 2, 4, 8, 15))
LEAST, MOST = timedelta(seconds=30), PAUSES[-1]


def pause_after(attempts: int) -> timedelta:
    return PAUSES[min(attempts, len(PAUSES) - 1)]


def polite(asked: timedelta | None, usual: timedelta) -> timedelta:
    """Azure's `Retry-After`, within bounds of ours: a wrong one must not stop us for days."""
    return usual if asked is None else min(max(asked, LEAST), MOST)


def read_retry_after(value: str | None) -> timedelta | None:
    """Seconds. Resource Manager sends no dates."""
    digits = (value or "").strip()
    known = digits.isascii() and digits.isdecimal() and len(digits) <= 9
    return timedelta(seconds=int(digits)) if known else None
