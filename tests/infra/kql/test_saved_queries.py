"""Each saved query gives the rows that its first line promises, over a day of our own events."""

from datetime import timedelta

import pytest

from tests.infra.kql.acts import ELSEWHERE, HOME
from tests.infra.kql.arrivals import NOON, USUAL, arrive
from tests.infra.kql.day import PEOPLE, SECOND_CLIENT
from tests.infra.kql.texts import deployed
from tests.infra.kql.workspace import Row, Workspace
from tests.infra.kusto_check import manifest

EVENING = NOON + timedelta(hours=6)
DAY = timedelta(days=1)


@pytest.fixture
def full(workspace: Workspace, day: list[Row]) -> Workspace:
    """Everything arrives twice, and the last events come first."""
    for delay in (USUAL, 2 * USUAL):
        arrive(workspace, reversed(day), delay)
    return workspace


def ask(workspace: Workspace, name: str, later: timedelta = timedelta()) -> list[Row]:
    return workspace.ask(deployed("queries", name), EVENING + later, DAY + later)


def picked(rows: list[Row], *columns: str) -> list[tuple[object, ...]]:
    return [tuple(row[name] for name in columns) for row in rows]


@pytest.mark.parametrize("listed", manifest("queries"), ids=lambda listed: listed["name"])
def test_a_query_finds_rows_where_there_are_events_and_no_others(
    workspace: Workspace, day: list[Row], listed: dict[str, str]
) -> None:
    """A dormant key is one of months ago."""
    later = timedelta(days=100) if listed["name"] == "dormant-keys" else timedelta()
    assert ask(workspace, listed["name"], later) == []
    arrive(workspace, day)
    assert ask(workspace, listed["name"], later)


def test_each_sign_in_is_listed_once_and_the_newest_first(full: Workspace) -> None:
    assert picked(ask(full, "who-used-what-when"), "User", "SrcIpAddr") == [
        ("gina", HOME),
        ("chief", HOME),
        ("bob", HOME),
        ("bob", ELSEWHERE),
        ("alice", SECOND_CLIENT),
        *((name, HOME) for name in reversed(PEOPLE)),
    ]


def test_what_an_account_did_soon_after_a_new_key_is_listed(full: Workspace) -> None:
    """Chief's act on Bob ends Bob's session too."""
    found = ask(full, "new-key-then-privileged-act")
    assert sorted(picked(found, "User", "EventKind", "Authority", "RegisteredFrom")) == [
        ("alice", "credential.removed", "session", SECOND_CLIENT),
        ("chief", "account.suspended", "none", HOME),
        ("chief", "audit.erasure-requested", "none", HOME),
        ("chief", "session.ended", "none", HOME),
    ]


def test_failures_are_counted_by_address(full: Workspace) -> None:
    """The hit of a limit is a failure of no account, and has no reason."""
    attacker, other = ask(full, "failures-by-address")
    assert (attacker["SrcIpAddr"], attacker["Failures"], attacker["Accounts"]) == (ELSEWHERE, 21, 6)
    assert set(attacker["Reasons"]) == {
        "pass_unknown",
        "sign_count_regression",
        "signature_invalid",
    }
    assert picked([other], "SrcIpAddr", "Failures", "Accounts", "Reasons") == [
        (HOME, 1, 1, ["token_reused"])
    ]


def test_a_fallen_counter_is_listed_with_the_highest_count_before(full: Workspace) -> None:
    """The refused sign-in has no count: its signature was not checked to the end."""
    found = ask(full, "cloned-keys")
    assert picked(found, "User", "EventKind", "LastCount", "SignCount") == [
        ("bob", "credential.sign-count-regressed", 2, 1),
        ("bob", "authentication.finished", 2, None),
    ]


def test_a_fallen_counter_without_a_known_count_is_listed(
    workspace: Workspace, day: list[Row]
) -> None:
    arrive(workspace, [row for row in day if "sign-count" in row["EventKind"]])
    assert picked(ask(workspace, "cloned-keys"), "User", "LastCount") == [("bob", None)]


def test_uses_of_a_pass_are_listed_by_person(full: Workspace) -> None:
    found = ask(full, "access-pass-use")
    assert sorted(picked(found, "Whom", "EventKind", "EventOutcome")) == [
        *[("alice", "pass.redeemed", "failure")] * 5,
        ("carol", "pass.issued", "success"),
        ("carol", "pass.redeemed", "success"),
        ("carol", "registration.finished", "success"),
    ]
    (issued,) = (row for row in found if row["EventKind"] == "pass.issued")
    assert issued["OneTime"] is True
    assert issued["ExpiresAt"] == NOON + timedelta(minutes=37 + 60)


@pytest.mark.parametrize(
    ("days", "dormant"),
    [(89, set()), (91, {"alice", "carol", "chief", *PEOPLE}), (401, set())],
)
def test_a_key_is_dormant_after_ninety_days(
    workspace: Workspace, day: list[Row], days: int, dormant: set[str]
) -> None:
    """Alice's first key is removed, and her second was never used."""
    arrive(workspace, day)
    found = ask(workspace, "dormant-keys", timedelta(days=days))
    assert {row["User"] for row in found} == dormant
    assert all(row["LastUsedAt"] is None for row in found if row["User"] == "alice")
    assert all(row["DaysUnused"] == days for row in found)
    assert len({row["CredentialHash"] for row in found}) == len(dormant)


def test_acts_of_administrators_are_listed_with_their_names(full: Workspace) -> None:
    """Chief is known by name only from the sign-in: access tokens have no names."""
    found = ask(full, "administrators-actions")
    assert sorted(picked(found, "By", "EventKind")) == [
        ("chief", "account.suspended"),
        ("chief", "audit.erasure-requested"),
        ("chief", "session.ended"),
        ("https://provider.example backend", "account.created"),
        ("https://provider.example backend", "client.created"),
        *[("https://provider.example backend", "group.created")] * 2,
        *[("https://provider.example backend", "group.member-added")] * 2,
        ("https://provider.example backend", "group.member-removed"),
        ("https://provider.example backend", "pass.issued"),
        ("https://provider.example backend", "profile.created"),
    ]


def test_whoever_comes_into_a_group_is_listed_with_the_profiles_that_name_it(
    full: Workspace,
) -> None:
    found = ask(full, "access-by-groups")
    assert picked(found, "EventKind", "Whom", "Group", "Profiles", "By") == [
        ("group.member-removed", "dora", "choir", None, "https://provider.example backend"),
        ("group.member-added", "dora", "choir", None, "https://provider.example backend"),
        ("group.member-added", "dora", "dba", ["orders"], "https://provider.example backend"),
    ]


def test_limits_and_spraying_are_listed_by_ten_minutes(full: Workspace) -> None:
    (found,) = ask(full, "limits-and-spraying")
    assert (found["SrcIpAddr"], found["Failures"], found["Accounts"]) == (ELSEWHERE, 19, 6)
    assert found["LimitsHit"] == ["guess.account"]


def test_evidence_of_access_names_the_entry_of_each_change(full: Workspace, day: list[Row]) -> None:
    found = ask(full, "evidence-cc6-access")
    numbers = {row["LogIndex"]: row["LeafHash"] for row in day}
    assert {row["LogIndex"]: row["LeafHash"] for row in found}.items() <= numbers.items()
    by_pass, by_session = (
        [row["Whom"] for row in found if row["Authority"] == authority]
        for authority in ("pass", "session")
    )
    assert (by_pass, by_session) == (["carol"], ["alice"])
    assert [row["By"] for row in found if row["EventKind"] == "account.suspended"] == ["chief"]
    assert sum(row["ByAdministrator"] for row in found) == 7


def test_evidence_of_monitoring_counts_each_event_of_a_day_once(
    full: Workspace, day: list[Row]
) -> None:
    (found,) = ask(full, "evidence-cc7-monitoring")
    assert found["Day"] == NOON.replace(hour=0)
    assert (found["Events"], found["LastIndex"]) == (len(day), len(day) - 1)
    expected = {
        "SignIns": 11,
        "Failures": 22,
        "LimitsHit": 1,
        "ClonedKeys": 2,
        "TokensReused": 1,
        "PolicyChanges": 4,
        "Missing": 0,
        "Twice": 0,
        "LongestDelay": USUAL,
    }
    assert {name: found[name] for name in expected} == expected


def test_evidence_of_monitoring_counts_missing_and_repeated_numbers(
    workspace: Workspace, day: list[Row]
) -> None:
    """Three entries never arrive, and another event has a number that was used before."""
    other = day[30] | {"EventUid": "another", "LogIndex": day[29]["LogIndex"]}
    arrive(workspace, [*day[:20], *day[23:], other])
    (found,) = ask(workspace, "evidence-cc7-monitoring")
    assert (found["Missing"], found["Twice"]) == (3, 1)
