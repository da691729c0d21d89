from __future__ import annotations

from datetime import UTC, datetime

import pytest

from devhost.errors import InvalidConfiguration
from devhost.schedule import Schedule, resolve_settings

NOW = datetime(2026, 1, 31, 23, 59, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "following"),
    [
        ("* * * * * *", "2026-01-31T23:59:31"),
        ("0 */10 * * * *", "2026-02-01T00:00:00"),
        ("*/10 * * * *", "2026-02-01T00:00:00"),
        ("15,45 * * * * *", "2026-01-31T23:59:45"),
        ("0 30 9 * Feb Mon-Fri", "2026-02-02T09:30:00"),
        # NCRONTAB wants both the day and the weekday, and 13 February is the next such Friday.
        ("0 0 0 13 * 5", "2026-02-13T00:00:00"),
    ],
)
def test_a_schedule_gives_the_next_time(expression: str, following: str) -> None:
    assert Schedule(expression).next_after(NOW) == datetime.fromisoformat(f"{following}+00:00")


@pytest.mark.parametrize(
    "expression",
    ["", "* * * *", "61 * * * * *", "00:05:00", "0 0 0 L * *", "0 0 0 * * 5#2", "0 0 0 31 2 *"],
)
def test_a_malformed_schedule_is_refused(expression: str) -> None:
    with pytest.raises(InvalidConfiguration, match="is not NCRONTAB"):
        Schedule(expression)


def test_names_of_settings_are_replaced_by_their_values() -> None:
    settings = {"SECOND": "5", "REST": "* * * * *"}
    assert resolve_settings("%SECOND% %REST%", settings) == "5 * * * * *"


def test_a_missing_setting_is_named() -> None:
    with pytest.raises(InvalidConfiguration, match="needs the setting TICK"):
        resolve_settings("%TICK%", {})
