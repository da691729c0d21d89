"""Windows by the clocks of their zone, over midnight and where clocks are set."""

from datetime import UTC, datetime

import pytest

from shared.access.profiles.time_windows import is_open, next_opening
from shared.access.profiles.windows import read_window
from tests.access.profiles.documents import Json, window

BERLIN_NIGHT: Json = {"days": ["fri"], "from": "22:00", "to": "06:00"}
EVERY_DAY = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
SKIPPED: Json = {"days": EVERY_DAY, "from": "02:30", "to": "04:00"}
LOST: Json = {"days": EVERY_DAY, "from": "02:15", "to": "02:45"}
TWICE: Json = {"days": EVERY_DAY, "from": "01:30", "to": "02:30"}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# In Berlin, clocks go from 02:00 to 03:00 on 2026-03-29, at 01:00 UTC, and from 03:00 to 02:00 on
# 2026-10-25, at 01:00 UTC.
@pytest.mark.parametrize(
    ("given", "moment", "expected"),
    [
        ({}, "2026-01-05T07:00", True),  # Monday, 08:00 in Berlin
        ({}, "2026-01-05T06:59:59", False),
        ({}, "2026-01-05T16:59:59", True),
        ({}, "2026-01-05T17:00", False),
        ({}, "2026-07-06T06:00", True),  # in summer an hour earlier
        ({}, "2026-01-06T08:00", False),  # Tuesday
        (BERLIN_NIGHT, "2026-01-09T21:00", True),  # Friday, 22:00
        (BERLIN_NIGHT, "2026-01-10T04:59", True),  # Saturday, 05:59
        (BERLIN_NIGHT, "2026-01-10T05:00", False),
        (BERLIN_NIGHT, "2026-01-09T04:00", False),  # Friday morning is Thursday's
        ({"from": "00:00", "to": "00:00"}, "2026-01-05T22:59", True),  # Monday, 23:59
        ({"from": "00:00", "to": "00:00"}, "2026-01-05T23:00", False),
        (SKIPPED, "2026-03-29T00:59", False),
        (SKIPPED, "2026-03-29T01:00", True),  # the first moment, as clocks show 03:00
        (LOST, "2026-03-29T00:59", False),
        (LOST, "2026-03-29T01:00", False),
        (TWICE, "2026-10-24T23:30", True),  # 01:30
        (TWICE, "2026-10-25T00:30", False),  # 02:30 for the first time
        (TWICE, "2026-10-25T01:00", True),  # 02:00 for the second time
        (TWICE, "2026-10-25T01:30", False),
    ],
)
def test_a_window_is_open(given: Json, moment: str, expected: bool) -> None:
    assert is_open([read_window(window(**given))], at(moment)) is expected


@pytest.mark.parametrize(
    ("given", "moment", "opens"),
    [
        ({}, "2026-01-05T10:00", "2026-01-05T10:00"),  # it is open
        ({}, "2026-01-05T17:00", "2026-01-12T07:00"),
        ({}, "2026-01-03T00:00", "2026-01-05T07:00"),
        (BERLIN_NIGHT, "2026-01-10T05:00", "2026-01-16T21:00"),
        (SKIPPED, "2026-03-28T23:30", "2026-03-29T01:00"),
        (LOST, "2026-03-29T00:30", "2026-03-30T00:15"),
        (TWICE, "2026-10-25T00:30:20", "2026-10-25T01:00"),
        ({"days": ["sun"], "from": "02:15", "to": "02:45"}, "2026-03-29T00:30", "2026-04-05T00:15"),
        # Where clocks are set at midnight.
        (
            {"days": EVERY_DAY, "from": "00:00", "to": "02:00", "timeZone": "Africa/Cairo"},
            "2026-04-23T20:00",
            "2026-04-23T22:00",
        ),
    ],
)
def test_the_next_opening(given: Json, moment: str, opens: str) -> None:
    found = next_opening([read_window(window(**given))], at(moment))
    assert found == at(opens)
    assert is_open([read_window(window(**given))], at(opens))


def test_one_of_several_is_enough() -> None:
    windows = [read_window(window(days=[day])) for day in ("wed", "tue")]
    assert is_open(windows, at("2026-01-06T10:00"))
    assert next_opening(windows, at("2026-01-05T10:00")) == at("2026-01-06T07:00")


def test_without_windows_it_is_always_open() -> None:
    assert is_open([], at("2026-01-06T10:00"))
