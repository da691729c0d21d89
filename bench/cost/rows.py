"""How many bytes a sign-in stores, measured with the code that writes them.

python -m bench.cost.rows
"""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.audit.event import Source
from shared.audit.log_entry import LogEntry
from shared.audit.schemas.asim import asim_record
from shared.audit.schemas.touchstone_row import touchstone_row
from shared.audit.statement_tags import Purpose
from shared.storage.audit.statements import statement_columns
from tests.audit.events import entry, event

_BROWSER = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0 Safari/537.36"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bytes:
    audit: int
    asim: int
    stored: int
    blob: int


def sign_in_bytes() -> Bytes:
    signed_in = _sign_in()
    record = asim_record(signed_in)
    return Bytes(
        audit=_billed(touchstone_row(signed_in)),
        asim=_billed(record.columns if record else {}),
        stored=_entity(statement_columns(signed_in.statement, Purpose.ENTRY, "0")),
        blob=len(json.dumps({"entry": signed_in.describe()}, separators=(",", ":"))),
    )


def _sign_in() -> LogEntry:
    """With the evidence of a browser's answer, in its usual lengths."""
    invocation = "01234567-89ab-cdef-0123-456789abcdef"
    recorded = event(
        source=Source(
            address="203.0.113.77", user_agent=_BROWSER, invocation=invocation, trace="ab" * 16
        ),
        credential_name=None,
        access_pass=None,
        facts={},
        token="A" * 22,
        evidence={
            "clientDataJSON": os.urandom(230),
            "authenticatorData": os.urandom(37),
            "signature": os.urandom(71),
        },
    )
    return entry(recorded, 123_456_789)


def _billed(row: Mapping[str, Any]) -> int:
    """Log Analytics bills the values as text, and not the columns' names."""
    return sum(len(each if isinstance(each, str) else json.dumps(each)) for each in row.values())


def _entity(row: Mapping[str, Any]) -> int:
    """Table Storage bills 4 bytes, both keys, and for each property its name, its value and 8
    bytes. Text is in UTF-16. Beside the statement an entry has a hash and five columns to search
    by."""
    keys = 2 * (12 + 12)
    searched = 2 * (24 + 23 + 7 + 43 + 43) + 32
    names = 2 * sum(map(len, (*row, "LeafHash", "At", "Kind", "Outcome", "Actor", "Target")))
    return 4 + keys + names + 8 * (len(row) + 6) + sum(map(len, row.values())) + searched


if __name__ == "__main__":
    print(sign_in_bytes())
    sys.exit(0)
