"""IDs of events, and the time that they say (UUIDv7, RFC 9562 section 5.7). Pure."""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from shared.audit.instants import milliseconds

EVENT_ID_RANDOM_BYTES = 8
_MILLISECONDS = re.compile("[0-9a-f]{12}")


def new_event_id(
    at: datetime, *, sequence: int, random: bytes, last_digit: str | None = None
) -> str:
    """UUIDv7 (RFC 9562 sections 5.7 and 6.2): the millisecond, a count of 12 bits within it, then 8
    random bytes. So IDs sort by time, and those of one process in the order of its doings.

    `last_digit` replaces the last of the random digits."""
    if len(random) != EVENT_ID_RANDOM_BYTES:
        raise ValueError(f"an event ID has {EVENT_ID_RANDOM_BYTES} random bytes")
    millisecond, count = milliseconds(at).to_bytes(6), (0x7000 | sequence & 0x0FFF).to_bytes(2)
    tail = bytes([random[0] & 0x3F | 0x80]) + random[1:]
    text = (millisecond + count + tail).hex()
    text = text if last_digit is None else text[:-1] + last_digit
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


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
