"""Rows of the log as they were read. Somebody else may have written there."""

import json
import logging
from typing import Any

from shared.audit.log_entry import LogEntry
from shared.audit.merkle import HASH_BYTES
from shared.errors import LogInconsistent
from shared.storage.audit.statements import read_statement
from shared.storage.tables.table import Entity

logger = logging.getLogger("touchstone.audit")

type Leaf = dict[str, Any]
"""Its public members."""


def read_entry(row: Entity) -> LogEntry:
    try:
        statement = read_statement(row)
        if not statement.is_of_bytes():
            raise ValueError("text for bytes")
        for part in (statement.personal, statement.evidence):
            (part.content if part else b"").decode()  # as whoever shows it does
        statement.leaf.decode()
        return LogEntry(index=int(row["RowKey"]), statement=statement)
    except (KeyError, ValueError) as error:
        raise LogInconsistent("an entry of the log cannot be read") from error


def read_leaf(row: Entity) -> Leaf | None:
    try:
        leaf = json.loads(row["Leaf"])
    except (KeyError, ValueError, TypeError):
        leaf = None
    if isinstance(leaf, dict):
        return leaf
    logger.error("the audit log contradicts itself: entry %s cannot be read", row["RowKey"])
    return None


def read_hash(value: object) -> bytes:
    if not isinstance(value, bytes) or len(value) != HASH_BYTES:
        raise LogInconsistent("a hash of the log cannot be read")
    return value
