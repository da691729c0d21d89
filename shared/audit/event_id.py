"""Event IDs: the time inside them (UUIDv7, RFC 9562 section 5.7). Pure."""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from shared.audit.event import milliseconds

_MILLISECONDS = re.compile("[0-9a-f]{12}")


def made_at(event_id: str) -> datetime | None:
    """When the ID was made, by its maker's clock. None if it is not such an ID."""
    digits = event_id[:8] + event_id[9:13]
    if event_id[8:9] != "-" or not _MILLISECONDS.fullmatch(digits):
        return None
    with suppress(OverflowError):
        return datetime.fromtimestamp(0, UTC) + int(digits, 16) * timedelta(milliseconds=1)
    return None


def id_before(at: datetime) -> str:
    """A text that sorts after the IDs made before this time, and before all later ones."""
    digits = milliseconds(at).to_bytes(6).hex()
    return f"{digits[:8]}-{digits[8:]}"
