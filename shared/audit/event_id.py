"""What the ID of an event says: when it was made (UUIDv7, RFC 9562 section 5.7). Pure."""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from shared.audit.event import milliseconds

_MILLISECONDS = re.compile("[0-9a-f]{12}")


def told_at(event_id: str) -> datetime | None:
    """When such an ID was made, by the clock of who made it; None if it is none."""
    digits = event_id[:8] + event_id[9:13]
    if event_id[8:9] != "-" or not _MILLISECONDS.fullmatch(digits):
        return None
    with suppress(OverflowError):
        return datetime.fromtimestamp(0, UTC) + int(digits, 16) * timedelta(milliseconds=1)
    return None


def id_before(at: datetime) -> str:
    """Sorts between the IDs from before and those from then on."""
    digits = milliseconds(at).to_bytes(6).hex()
    return f"{digits[:8]}-{digits[8:]}"
