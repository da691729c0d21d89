"""Silence is told for as long as it lasts, also if nothing ever came; a quiet weekend is not."""

from datetime import datetime, timedelta

import pytest

from tests.infra.kql import service_lines
from tests.infra.kql.arrivals import NOON, arrive, at_time
from tests.infra.kql.rules import rule
from tests.infra.kql.workspace import Row, Workspace

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BEFORE = NOON - 3 * DAY


def problems(workspace: Workspace, at: datetime) -> set[str]:
    return {row["Problem"] for row in rule("audit-silent").rows(workspace, at)}


def test_a_log_of_which_nothing_ever_came_is_told(workspace: Workspace) -> None:
    assert problems(workspace, NOON) == {"nothing was sealed", "nothing was shipped"}


def test_a_quiet_weekend_is_not_told(workspace: Workspace, day: list[Row]) -> None:
    """The last event has left the range of the alert, and the service works."""
    arrive(workspace, day)
    service_lines.sealed(workspace, NOON, NOON + 3 * DAY)
    service_lines.shipped(workspace, NOON, NOON + 2 * HOUR, sent=len(day) - 1)
    service_lines.shipped(workspace, NOON + 2 * HOUR, NOON + 3 * DAY, sent=len(day))
    for hours in (3, 13, 30, 49, 72):
        assert problems(workspace, NOON + hours * HOUR) == set()


def test_entries_that_were_sent_a_day_late_are_not_told_when_they_leave_the_range(
    workspace: Workspace, day: list[Row]
) -> None:
    arrive(workspace, day, DAY)
    service_lines.sealed(workspace, BEFORE, NOON + 3 * DAY)
    service_lines.shipped(workspace, BEFORE, NOON + DAY, sent=7)
    service_lines.shipped(workspace, NOON + DAY, NOON + 3 * DAY, sent=len(day))
    assert problems(workspace, NOON + 2 * DAY + 6 * HOUR) == set()


@pytest.mark.parametrize("hours", [3, 30, 60])
def test_a_service_that_stopped_is_told_as_long_as_it_stands(
    workspace: Workspace, hours: int
) -> None:
    service_lines.sealed(workspace, BEFORE, NOON)
    service_lines.shipped(workspace, BEFORE, NOON, sent=7)
    assert problems(workspace, NOON + 2 * HOUR) == set()
    assert problems(workspace, NOON + hours * HOUR) == {
        "nothing was sealed",
        "nothing was shipped",
    }


@pytest.mark.parametrize("hours", [3, 30, 60])
def test_entries_that_azure_does_not_accept_are_told_as_long_as_they_wait(
    workspace: Workspace, day: list[Row], hours: int
) -> None:
    arrive(workspace, day[:7])
    at = NOON + hours * HOUR
    service_lines.sealed(workspace, BEFORE, at)
    service_lines.shipped(workspace, BEFORE, NOON, sent=7)
    service_lines.shipped(workspace, NOON, at, sent=7, size=9)
    assert problems(workspace, NOON + 2 * HOUR) == set()
    assert problems(workspace, at) == {"entries of two hours ago were not sent"}


@pytest.mark.parametrize("hours", [2, 11])
def test_entries_that_were_accepted_and_did_not_arrive_are_told(
    workspace: Workspace, day: list[Row], hours: int
) -> None:
    arrive(workspace, day[:7])
    at = NOON + hours * HOUR
    service_lines.sealed(workspace, BEFORE, at)
    service_lines.shipped(workspace, BEFORE, NOON, sent=7)
    service_lines.shipped(workspace, NOON + HOUR / 2, at, sent=9)
    assert problems(workspace, NOON + HOUR) == set()
    assert problems(workspace, at) == {"entries were sent and did not arrive"}
    arrive(workspace, day[7:9])
    assert problems(workspace, at) == set()


@pytest.mark.parametrize("hours", [1, 5, 11, 13, 18, 30, 47, 49])
def test_entries_that_were_sent_a_day_late_are_not_missed_when_they_leave_the_range(
    workspace: Workspace, day: list[Row], hours: int
) -> None:
    """The service stood still for a day and more, and nobody uses it afterwards."""
    late = 30 * HOUR
    arrive(workspace, day, late)
    began, at = NOON + late, NOON + late + hours * HOUR
    service_lines.sealed(workspace, NOON, at)
    service_lines.shipped(workspace, NOON, began, sent=1, size=len(day))
    service_lines.shipped(workspace, began, at, sent=len(day))
    assert problems(workspace, at) == set()


@pytest.mark.parametrize("hours", [3, 30, 60])
@pytest.mark.parametrize("logged", [True, False])
def test_blobs_that_get_nothing_are_told(
    workspace: Workspace, day: list[Row], hours: int, logged: bool
) -> None:
    """Whether the service logs that nothing was sent to them, or fails before it can."""
    arrive(workspace, day[:9])
    at = NOON + hours * HOUR
    service_lines.sealed(workspace, BEFORE, at)
    service_lines.shipped(workspace, BEFORE, NOON, sent=7)
    service_lines.shipped(workspace, NOON, at, sent=9)
    service_lines.shipped(workspace, BEFORE, NOON, sent=7, destination="blob")
    if logged:
        service_lines.shipped(workspace, NOON, at, sent=7, size=9, destination="blob")
    assert problems(workspace, NOON + 2 * HOUR) == set()
    told = rule("audit-silent").rows(workspace, at)
    if not logged and hours == 60:  # the last of its lines is out of the range
        assert told == []
        return
    assert [(row["Problem"], row["Destination"]) for row in told] == [
        ("entries of two hours ago were not sent", "blob")
    ]


def test_problems_are_told_together_each_with_its_time(
    workspace: Workspace, day: list[Row]
) -> None:
    arrive(workspace, day[:7])
    at = NOON + 5 * HOUR
    service_lines.sealed(workspace, BEFORE, NOON)
    for destination in ("monitor", "blob"):
        service_lines.shipped(workspace, BEFORE, NOON, sent=7, destination=destination)
        service_lines.shipped(workspace, NOON, at, sent=7, size=9, destination=destination)
    found = rule("audit-silent").rows(workspace, at)
    assert {(row["Problem"], row["Destination"]): row["LastAt"] for row in found} == {
        ("nothing was sealed", ""): NOON,
        ("entries of two hours ago were not sent", "monitor"): at,
        ("entries of two hours ago were not sent", "blob"): at,
    }


def busy(day: list[Row], *hours: int) -> list[Row]:
    """One event in each of these hours before noon."""
    return [
        day[4] | {"LogIndex": number, "EventUid": str(number)} | at_time(NOON - hour * HOUR)
        for number, hour in enumerate(hours)
    ]


@pytest.mark.parametrize(("after", "expected"), [(1.9, False), (2.1, True), (23, True)])
def test_two_hours_without_an_event_of_a_busy_service_are_told(
    workspace: Workspace, day: list[Row], after: float, expected: bool
) -> None:
    arrive(workspace, busy(day, *range(48)), timedelta())
    assert rule("no-events").fires(workspace, NOON + after * HOUR) == expected


def test_a_night_of_a_service_of_office_hours_is_not_told(
    workspace: Workspace, day: list[Row]
) -> None:
    arrive(workspace, busy(day, *range(10), *range(24, 34)), timedelta())
    assert not rule("no-events").fires(workspace, NOON + 3 * HOUR)


def test_of_two_services_in_one_workspace_the_silent_one_is_told(
    workspace: Workspace, day: list[Row]
) -> None:
    arrive(workspace, busy(day, *range(48)), timedelta())
    other = [
        row | {"RpId": "other.example", "EventUid": f"other {row['EventUid']}"}
        for row in busy(day, *range(-4, 48))
    ]
    arrive(workspace, other, timedelta())
    found = rule("no-events").rows(workspace, NOON + 3 * HOUR)
    assert [row["RpId"] for row in found] == [day[4]["RpId"]]
