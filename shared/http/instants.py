"""Instants in UTC, to the second (RFC 3339)."""

from datetime import UTC, datetime


def timestamp(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
