"""Rows of the log and of its tree: keys, columns, and the size of a batch.

Rows may have been written by others than the service, so all values are checked when read.
"""

import json
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from shared.audit.log_entry import LogEntry
from shared.audit.merkle import HASH_BYTES, Subtree, leaf_hash
from shared.audit.statement import Statement
from shared.audit.statement_tags import Purpose
from shared.errors import LogInconsistent
from shared.storage.audit.statements import read_statement, statement_columns
from shared.storage.tables.row_keys import number_key
from shared.storage.tables.table import Entity

logger = logging.getLogger("touchstone.audit")

type Leaf = dict[str, Any]
"""The public members of an event."""


def read_entry(row: Entity) -> LogEntry:
    try:
        statement = read_statement(row)
        if not statement.is_of_bytes():
            raise ValueError("text for bytes")
        for part in (statement.personal, statement.evidence):
            (part.content if part else b"").decode()  # as the code that shows it does
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


DERIVED = ("LeafHash", "At", "Kind", "Outcome", "Actor", "Target")


TILE_LEVELS = 8
TILE = 1 << TILE_LEVELS


def tile_of(index: int) -> str:
    return number_key(index // TILE)


def row_keys(partition: str, row: str) -> dict[str, Any]:
    return {"PartitionKey": partition, "RowKey": row}


def root_keys(subtree: Subtree) -> tuple[str, str]:
    group = subtree.index // TILE
    return f"roots-{subtree.level:02d}-{number_key(group)}", number_key(subtree.index)


def entry_row(entry: LogEntry) -> Entity:
    event = entry.statement.read()
    return {
        **row_keys(tile_of(entry.index), number_key(entry.index)),
        **statement_columns(entry.statement, Purpose.ENTRY, number_key(entry.index)),
        **derived(entry.statement.leaf, event),
    }


def derived(leaf: bytes, event: Mapping[str, Any]) -> dict[str, Any]:
    """The search columns, repeated from the leaf."""
    people = (event.get(role, {}).get("id", "") for role in ("actor", "target"))
    values = (leaf_hash(leaf), event["at"], event["kind"], event["outcome"], *people)
    return dict(zip(DERIVED, values, strict=True))


MAX_BATCH = 100
_MAX_BATCH_BYTES = 2_000_000  # base64 adds a third, and a transaction may have 4 MiB


def next_batch(first: int, statements: Iterable[Statement]) -> list[Statement]:
    """As many of the statements as one transaction can append at `first`."""
    batch: list[Statement] = []
    room, used = min(MAX_BATCH, TILE - first % TILE), 0
    for statement in statements:
        used += _size(statement)
        if batch and (len(batch) == room or used > _MAX_BATCH_BYTES):
            break
        batch.append(statement)
    return batch


def _size(statement: Statement) -> int:
    parts = (part for part in (statement.personal, statement.evidence) if part)
    return len(statement.leaf) + sum(len(part.content) for part in parts)
