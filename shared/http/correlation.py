"""IDs that connect a log line with its request, and with the events of the audit log."""

import logging
import re
from collections.abc import Callable
from typing import Any

from shared.recording.request_source import current_source

_OURS = "touchstone."
_TRACEPARENT = re.compile(
    # Later versions may have more fields, after another hyphen; version 00 may not.
    r"(?!ff|00.{54})[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?"
)

type MakeRecord = Callable[..., logging.LogRecord]


def read_trace_id(traceparent: str | None) -> str | None:
    """The trace ID; None if the header is invalid (W3C Trace Context section 3.2)."""
    found = _TRACEPARENT.fullmatch(traceparent or "")
    return found[1] if found else None


def correlate_logs() -> None:
    """Add `invocation_id` and `trace_id` to all later lines of our loggers, as events have them.

    A filter would be needed on each logger: a parent's filter misses its children's lines.
    """
    logging.setLogRecordFactory(_correlating(logging.getLogRecordFactory()))


def _correlating(make_record: MakeRecord) -> MakeRecord:
    def make_correlated(*args: Any, **named: Any) -> logging.LogRecord:  # noqa: ANN401  hands them on
        record = make_record(*args, **named)
        if record.name.startswith(_OURS):
            source = current_source()
            ids = {"invocation_id": source.invocation, "trace_id": source.trace}
            record.__dict__.update({name: value for name, value in ids.items() if value})
        return record

    return make_correlated
