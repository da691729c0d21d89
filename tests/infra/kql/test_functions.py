"""The saved functions: each event once, the newest names, the gaps, and sign-ins for Sentinel."""

from datetime import timedelta

import pytest

from shared.audit.schemas.touchstone_row import touchstone_row
from shared.keys.signing_key import SigningKey
from tests.harness.service_harness import Clock
from tests.infra.kql.acts import open_party, sealed
from tests.infra.kql.arrivals import NOON, USUAL, arrive, at_time, happened
from tests.infra.kql.day import PEOPLE
from tests.infra.kql.texts import call
from tests.infra.kql.workspace import Row, Workspace
from tests.infra.kusto_check import manifest

EVENING = NOON + timedelta(hours=6)


def gaps(workspace: Workspace) -> list[tuple[object, ...]]:
    columns = ("RpId", "Problem", "Before", "After", "Missing")
    return [
        tuple(row[name] for name in columns) for row in workspace.ask("TouchstoneGaps()", EVENING)
    ]


@pytest.mark.parametrize("name", [each["alias"] for each in manifest("functions")])
def test_a_function_gives_rows_of_events_and_none_of_an_empty_table(
    workspace: Workspace, day: list[Row], name: str
) -> None:
    assert workspace.ask(call(name), EVENING) == []
    arrive(workspace, [*day[:20], *day[21:]])
    assert workspace.ask(call(name), EVENING)


def test_an_event_is_counted_once_with_its_first_arrival(
    workspace: Workspace, day: list[Row]
) -> None:
    arrive(workspace, day, timedelta(hours=3))
    arrive(workspace, day, USUAL)
    found = workspace.ask("TouchstoneEvents()", EVENING)
    assert sorted(row["LogIndex"] for row in found) == [row["LogIndex"] for row in day]
    assert {row["IngestedAt"] - row["HappenedAt"] for row in found} == {USUAL}


def test_an_event_keeps_all_that_the_service_sends(workspace: Workspace, day: list[Row]) -> None:
    arrive(workspace, day)
    found = {row["LogIndex"]: row for row in workspace.ask("TouchstoneEvents()", EVENING)}
    for sent in day:
        kept = found[sent["LogIndex"]]
        times = {"HappenedAt": kept["HappenedAt"], "TimeGenerated": kept["TimeGenerated"]}
        assert dict.fromkeys(times, happened(sent)) == times
        assert (sent | times).items() <= kept.items()


def test_the_time_of_an_event_is_kept_if_it_arrives_days_later(
    workspace: Workspace, day: list[Row]
) -> None:
    """Azure replaces TimeGenerated, by which the time range is chosen."""
    late = timedelta(days=4)
    arrive(workspace, day[:1], late)
    (found,) = workspace.ask("TouchstoneEvents()", NOON + late, timedelta(hours=1))
    assert (found["HappenedAt"], found["TimeGenerated"]) == (NOON, NOON + late)


def test_rows_from_before_the_column_have_the_time_of_their_range(
    workspace: Workspace, day: list[Row]
) -> None:
    old = {name: value for name, value in day[0].items() if name != "HappenedAt"}
    workspace.receive([(NOON + USUAL, old)])
    (found,) = workspace.ask("TouchstoneEvents()", EVENING)
    assert found["HappenedAt"] == NOON


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [(0, 0, True), (-1, 1, True), (1, 2, False), (-2, -1, False)],
)
def test_a_range_selects_events_and_includes_its_ends(
    workspace: Workspace, day: list[Row], since: int, until: int, expected: bool
) -> None:
    arrive(workspace, day[:1])
    start, end = (f"datetime({NOON + timedelta(seconds=each):%FT%TZ})" for each in (since, until))
    found = workspace.ask(call("TouchstoneEvents", starttime=start, endtime=end), EVENING)
    assert bool(found) == expected


def test_events_before_the_user_is_proven_are_of_the_same_account(
    workspace: Workspace, day: list[Row]
) -> None:
    """A guessed pass has only the locator of the account; a sign-in has the user handle."""
    arrive(workspace, day)
    found = workspace.ask("TouchstoneEvents()", EVENING)
    alices = [row for row in found if row["TargetName"] == "alice"]
    assert len({row["TargetId"] for row in alices}) == 2
    assert len({row["TargetAccount"] for row in alices}) == 1


def test_acts_on_others_and_acts_of_applications_are_by_an_administrator(
    workspace: Workspace, day: list[Row]
) -> None:
    arrive(workspace, day)
    found = workspace.ask("TouchstoneEvents()", EVENING)
    assert {row["EventKind"] for row in found if row["ByAdministrator"]} == {
        "account.created",
        "account.suspended",
        "audit.erasure-requested",
        "client.created",
        "group.created",
        "group.member-added",
        "group.member-removed",
        "profile.created",
        "pass.issued",
        "session.ended",
    }


def test_an_account_has_its_newest_name(workspace: Workspace, day: list[Row]) -> None:
    renamed = day[4] | {"EventUid": "later", "TargetName": "Alice B.", "ActorName": ""}
    later = {"HappenedAt": "2031-05-17T17:00:00Z", "TimeGenerated": "2031-05-17T17:00:00Z"}
    arrive(workspace, [renamed | later, *day])
    names = [row["Name"] for row in workspace.ask("TouchstoneNames()", EVENING)]
    expected = {"Alice B.", "carol", "chief", *PEOPLE} - {"alice"}
    assert sorted(name for name in names if "provider" not in name) == sorted(expected)


def test_a_complete_log_has_no_gaps_in_whatever_order_it_arrives(
    workspace: Workspace, day: list[Row]
) -> None:
    arrive(workspace, day[::2], timedelta(hours=1))
    arrive(workspace, day[1::2])
    arrive(workspace, reversed(day))
    assert gaps(workspace) == []


def test_missing_and_repeated_numbers_are_gaps(workspace: Workspace, day: list[Row]) -> None:
    rp_id = day[0]["RpId"]
    other = day[30] | {"EventUid": "another", "LogIndex": 29}
    arrive(workspace, [*day[:20], *day[23:26], *day[27:], other])
    assert gaps(workspace) == [
        (rp_id, "missing", 19, 23, 3),
        (rp_id, "missing", 25, 27, 1),
        (rp_id, "twice", 29, 29, 0),
    ]


@pytest.mark.parametrize("kept", [slice(2, None), slice(0, -2)], ids=["first", "last"])
def test_the_ends_of_the_time_range_are_no_gaps(
    workspace: Workspace, day: list[Row], kept: slice
) -> None:
    arrive(workspace, day[kept])
    assert gaps(workspace) == []


def test_an_event_that_happened_before_the_range_is_no_gap(
    workspace: Workspace, day: list[Row]
) -> None:
    """It was sealed after others that happened within."""
    early = day[5] | at_time(NOON - timedelta(minutes=10))
    arrive(workspace, [*day[:5], early, *day[6:]])
    since = call("TouchstoneGaps", starttime=f"datetime({NOON:%FT%TZ})")
    assert workspace.ask(since, EVENING) == []


async def test_two_services_in_one_workspace_have_logs_of_their_own(
    workspace: Workspace, day: list[Row], signing_key: SigningKey
) -> None:
    origin = "https://other.example"
    settings = {"RP_ID": "other.example", "RP_ORIGINS": origin, "ISSUER": origin}
    async with open_party(signing_key, Clock(NOON + timedelta(hours=1)), **settings) as party:
        for span in ("900", "1800"):
            watch = party.restarted(SESSION_IDLE_SECONDS=span).service.configuration_watch
            await watch.detect_changes()
        others = [touchstone_row(entry) for entry in await sealed(party)]
    assert {row["LogIndex"] for row in others} <= {row["LogIndex"] for row in day}
    arrive(workspace, [*day, *others])
    assert gaps(workspace) == []
