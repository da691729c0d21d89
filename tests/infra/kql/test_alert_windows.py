"""Each event is seen by an evaluation, however late it arrives, and is not told for ever."""

from datetime import timedelta

import pytest

from tests.infra.kql.arrivals import NOON, USUAL, arrive, at_time, happened
from tests.infra.kql.rules import rule
from tests.infra.kql.test_alerts import OF_THE_DAY
from tests.infra.kql.workspace import Row, Workspace

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("delay", [90 * MINUTE, 47 * HOUR, 4 * DAY], ids=str)
def test_every_alert_is_raised_however_late_its_event_arrives(
    workspace: Workspace, day: list[Row], delay: timedelta
) -> None:
    arrive(workspace, day, delay)
    silent = {
        name
        for name, seen in OF_THE_DAY.items()
        if not rule(name).fires(workspace, NOON + seen.minute * MINUTE + delay + MINUTE)
    }
    assert silent == set()


@pytest.mark.parametrize("offset", [0, 59, 61, 299])
def test_an_event_is_seen_by_one_evaluation_to_three_if_some_are_late(
    workspace: Workspace, day: list[Row], offset: int
) -> None:
    """Every second evaluation is a minute late."""
    alert = rule("policy-changed")
    workspace.receive([(NOON + timedelta(seconds=offset), day[0])])
    planned = alert.evaluations(NOON, NOON + HOUR)
    late = [at + MINUTE * (number % 2) for number, at in enumerate(planned)]
    assert 1 <= len([at for at in late if alert.fires(workspace, at)]) <= 3


def test_events_that_arrive_half_an_hour_late_are_told(
    workspace: Workspace, day: list[Row]
) -> None:
    alert = rule("audit-delayed")
    arrive(workspace, day[:1], 30 * MINUTE)
    assert not alert.fires(workspace, NOON + 31 * MINUTE)
    arrive(workspace, day[1:2], 30 * MINUTE + SECOND)
    (told,) = alert.rows(workspace, NOON + 31 * MINUTE)
    assert (told["Events"], told["LongestDelay"]) == (1, 30 * MINUTE + SECOND)


def test_a_stand_still_of_days_is_told_with_its_true_length(
    workspace: Workspace, day: list[Row]
) -> None:
    workspace.receive((NOON + 4 * DAY, row) for row in day)
    (told,) = rule("audit-delayed").rows(workspace, NOON + 4 * DAY + MINUTE)
    assert (told["Events"], told["LongestDelay"]) == (len(day), 4 * DAY)


def test_of_two_services_in_one_workspace_the_late_one_is_told(
    workspace: Workspace, day: list[Row]
) -> None:
    arrive(workspace, day)
    other = [row | {"RpId": "other.example", "EventUid": f"other {row['EventUid']}"} for row in day]
    arrive(workspace, other, HOUR)
    found = rule("audit-delayed").rows(workspace, NOON + HOUR + MINUTE)
    assert [row["RpId"] for row in found] == ["other.example"]


def test_a_missing_entry_is_told_half_an_hour_later_and_for_as_long_as_it_is_in_range(
    workspace: Workspace, day: list[Row]
) -> None:
    missing = next(row for row in day if row["EventKind"] == "pass.issued")
    arrive(workspace, [row for row in day if row is not missing])
    after = next(row for row in day if row["LogIndex"] == missing["LogIndex"] + 1)
    known = happened(after) + USUAL
    alert = rule("audit-incomplete")
    assert not alert.fires(workspace, known + 30 * MINUTE)
    (told,) = alert.rows(workspace, known + 31 * MINUTE)
    assert (told["Missing"], told["After"]) == (1, after["LogIndex"])
    assert alert.fires(workspace, happened(after) + alert.reach - HOUR)
    assert not alert.fires(workspace, happened(after) + alert.reach)


def test_entries_that_arrive_in_another_order_are_not_told_as_missing(
    workspace: Workspace, day: list[Row]
) -> None:
    """Each third entry needs twenty minutes more."""
    for number, row in enumerate(day):
        arrive(workspace, [row], USUAL + 20 * MINUTE * (number % 3 == 0))
    assert rule("audit-incomplete").fired(workspace, NOON, NOON + 6 * HOUR) == []


def test_a_stand_still_over_a_weekend_is_not_told_as_a_gap(
    workspace: Workspace, day: list[Row]
) -> None:
    """Events of the first days get the time of their arrival, and those of the others leave the
    range before them."""
    ever = [
        row | {"LogIndex": number, "EventUid": str(number)} | at_time(happened(row) + later)
        for number, (later, row) in enumerate(
            (6 * HOUR * count, row) for count in range(15) for row in day
        )
    ]
    monday = NOON + 70 * HOUR
    workspace.receive((max(happened(row) + USUAL, monday), row) for row in ever)
    evaluations = [monday + 4 * HOUR * count for count in range(15)]
    alert = rule("audit-incomplete")
    assert [when for when in evaluations if alert.fires(workspace, when)] == []
