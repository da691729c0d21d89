"""The parts of the outbox that have events: ranges of keys, in the order of keys. Pure.

Some partitions have open challenges, too, behind their events. Strangers can leave many of them, so
a query for events must not read over them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from shared.storage.audit.statements import NO_EVENTS as NO_CHALLENGES
from shared.storage.audit.tombstones import MARKS

CHALLENGE_SHARDS = "0123"
"""The partitions that have challenges."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    condition: str
    """In OData, with the parameters in `keys`."""
    keys: dict[str, str]


def is_challenge_row(partition: str, row: str) -> bool:
    """Also of a row that a stranger wrote among the challenges."""
    return partition in tuple(CHALLENGE_SHARDS) and row >= "~"


def event_ranges(after: tuple[str, str] | None = None) -> Iterator[Range]:
    """The ranges of all rows but challenges and marks, or only of those after the row with the
    keys `after`. They include partitions that the service does not use, as rows of strangers there
    must be seen."""
    done = None
    if after is not None:
        done, row = after
        yield _rest(done, row)
    for edge in (*CHALLENGE_SHARDS, MARKS):
        if done is None or done < edge:
            yield _between(done, edge)
            if edge != MARKS:
                yield _events(edge)
            done = edge


def _between(first: str | None, edge: str) -> Range:
    """All rows of the partitions between two; from the very first one on if `first` is None."""
    below = Range(condition="PartitionKey lt @edge", keys={"edge": edge})
    if first is None:
        return below
    return Range(
        condition=f"PartitionKey gt @first and {below.condition}",
        keys={"first": first} | below.keys,
    )


def _events(shard: str) -> Range:
    return Range(condition=f"PartitionKey eq @shard and {NO_CHALLENGES}", keys={"shard": shard})


def _rest(partition: str, row: str) -> Range:
    only_events = f" and {NO_CHALLENGES}" if partition in tuple(CHALLENGE_SHARDS) else ""
    return Range(
        condition=f"PartitionKey eq @partition and RowKey gt @row{only_events}",
        keys={"partition": partition, "row": row},
    )
