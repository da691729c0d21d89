"""The ranges in which sealing reads the outbox: all events, and no open challenge."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.storage.audit.tombstones import MARKS
from shared.storage.outbox_ranges import CHALLENGE_SHARDS, event_ranges, is_challenge_row
from tests.memory_filter import matches

SHARDS = "0123456789abcdef"
CHALLENGE = "~challenge:0000000001-x"
STRANGE = ("", "/", "00", "0~", "1", "2 ", "3a", "g", "~")
"""Partitions of strangers, among ours, before and behind them."""

type Keys = tuple[str, str]

keys_of_rows = st.tuples(
    st.sampled_from([*SHARDS, *STRANGE, f"{MARKS}2026010100"]),
    st.sampled_from(["", "0", "0197", "7", "f", "g", "~", CHALLENGE, "~~"]),
)


def read(rows: set[Keys], after: Keys | None) -> list[Keys]:
    """As the outbox does: range by range, each in the order of keys."""
    found: list[Keys] = []
    for each in event_ranges(after):
        condition = each.condition
        for name, value in each.keys.items():
            condition = condition.replace(f"@{name}", f"'{value}'")
        found += [
            keys
            for keys in sorted(rows)
            if matches(condition, dict(zip(("PartitionKey", "RowKey"), keys, strict=True)))
        ]
    return found


@given(rows=st.sets(keys_of_rows), after=st.none() | keys_of_rows)
def test_every_event_is_read_once_and_in_order(rows: set[Keys], after: Keys | None) -> None:
    events = [keys for keys in sorted(rows) if keys[0] < MARKS and not is_challenge_row(*keys)]
    assert read(rows, after) == [keys for keys in events if after is None or keys > after]


def test_ranges_are_of_keys_alone() -> None:
    """A query that reads over challenges could be slowed down by strangers."""
    for each in event_ranges():
        if each.condition.startswith("PartitionKey eq"):
            assert each.condition == "PartitionKey eq @shard and RowKey lt '~'"
        else:
            assert "RowKey" not in each.condition


@pytest.mark.parametrize("shard", CHALLENGE_SHARDS)
def test_a_partition_with_challenges_is_no_part_of_a_longer_range(shard: str) -> None:
    whole = {(shard, "0"), (shard, CHALLENGE)}
    assert read(whole, None) == [(shard, "0")]
