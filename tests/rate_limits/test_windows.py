"""All instances compute the same windows, and rows do not show who is counted."""

from hypothesis import given
from hypothesis import strategies as st

from shared.rate_limits.limits_setting import read_limits
from shared.rate_limits.policy import Action, limits_of
from shared.rate_limits.windows import Window, partition_before, place
from tests.rate_limits.counting import KEY, find_limit

NOW = 1_772_366_400
BEGIN = find_limit("begin.address")
CREATION = limits_of(read_limits("creation.account=2/10m,creation.address=9/90s"), Action.CREATION)
SUBJECTS = (b"an account", b"192.0.2.1", b"")


def place_begin(address: bytes, *, now: int = NOW, key: bytes = KEY) -> Window:
    return place([BEGIN], [address], now=now, key=key)[0]


@given(st.integers(0, 4_000_000_000))
def test_a_window_contains_its_moment_and_has_its_length(now: int) -> None:
    window = place_begin(b"192.0.2.1", now=now)
    assert window.ends_at - BEGIN.window_seconds <= now < window.ends_at
    assert window.ends_at % BEGIN.window_seconds == 0


@given(st.integers(0, 4_000_000_000))
def test_windows_spent_together_share_a_partition(now: int) -> None:
    windows = place(CREATION, SUBJECTS, now=now, key=KEY)
    assert len({window.partition for window in windows}) == 1
    assert len({window.row for window in windows}) == len(CREATION)


@given(st.integers(0, 4_000_000_000), st.integers(0, 100_000))
def test_partitions_before_now_have_only_ended_windows(now: int, later: int) -> None:
    for window in (place_begin(b"", now=now), *place(CREATION, SUBJECTS, now=now, key=KEY)):
        if window.partition < partition_before(now + later):
            assert window.ends_at <= now + later


def test_the_next_window_is_another_row() -> None:
    first, last, after = (place_begin(b"x", now=NOW + seconds) for seconds in (0, 59, 60))
    assert first == last
    assert (first.partition, first.row) != (after.partition, after.row)


def test_rows_differ_by_subject_and_key() -> None:
    rows = {
        place_begin(b"192.0.2.1").row,
        place_begin(b"192.0.2.2").row,
        place_begin(b"192.0.2.1", key=bytes(32)).row,
    }
    assert len(rows) == 3


def test_an_account_and_an_address_of_the_same_bytes_have_different_rows() -> None:
    account, address, _ = place(CREATION, (b"same", b"same", b"same"), now=NOW, key=KEY)
    assert account.row.rpartition("-")[2] != address.row.rpartition("-")[2]


def test_keys_do_not_reveal_the_subject() -> None:
    window = place_begin(b"192.0.2.1")
    assert "192" not in window.partition + window.row
