"""Times as events have them."""

from datetime import UTC, datetime, timedelta


def write_instant(at: datetime) -> str:
    """RFC 3339 in UTC, always with microseconds, so that texts sort by time."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def read_instant(text: str) -> datetime:
    """Raise ValueError for anything that `write_instant` does not write."""
    at = datetime.fromisoformat(text)
    if write_instant(at) != text:
        raise ValueError("not a time as events have it")
    return at


def milliseconds(at: datetime) -> int:
    """Since 1970, without the rounding of a float."""
    return (at - datetime.fromtimestamp(0, UTC)) // timedelta(milliseconds=1)
