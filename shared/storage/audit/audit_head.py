"""The row of the log's head: how far the log is sealed."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched

from shared.audit.merkle import HASH_BYTES, Frontier
from shared.errors import LogInconsistent
from shared.storage.tables.row_keys import number_key
from shared.storage.tables.table import Entity
from shared.storage.tables.values import read_instant

HEAD = "head"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """How far the log is sealed."""

    frontier: Frontier = field(default_factory=Frontier)
    checkpoint: str | None = None
    sealed_at: datetime | None = None
    tidy: int = 0
    """The events of all entries before this one are removed from the outbox."""
    etag: str | None = None

    @property
    def size(self) -> int:
        return self.frontier.size


def head_row(head: Head) -> Entity:
    return {
        "PartitionKey": HEAD,
        "RowKey": HEAD,
        "Size": number_key(head.size),
        "Frontier": b"".join(head.frontier.hashes),
        "Checkpoint": head.checkpoint or "",
        "SealedAt": head.sealed_at,
        "Tidy": number_key(head.tidy),
    }


def read_head(row: Entity, *, etag: str) -> Head:
    """Raises LogInconsistent for a row that we did not write."""
    try:
        hashes = [bytes(each) for each in batched(row["Frontier"], HASH_BYTES, strict=True)]
        return Head(
            frontier=Frontier(int(row["Size"]), hashes),
            checkpoint=_read_text(row["Checkpoint"]) or None,
            sealed_at=read_instant(row["SealedAt"]),
            tidy=int(row["Tidy"]),
            etag=etag,
        )
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise LogInconsistent("the row of the log's head cannot be read") from error


def _read_text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value
