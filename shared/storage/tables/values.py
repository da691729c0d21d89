"""Values of columns that are read as types of their own, to keep what storage has. Pure."""

from datetime import UTC, datetime

from shared.storage.edm import EntityProperty


def read_integer(value: int | EntityProperty) -> int:
    return int(value.value if isinstance(value, EntityProperty) else value)


def read_instant(value: datetime) -> datetime:
    """A plain datetime, exact to the microsecond; a float is not exact far from 1970."""
    at = value.astimezone(UTC)
    return datetime.combine(at.date(), at.time(), UTC)
