"""Each alert fires for what it is about, names it, and is silent otherwise."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from tests.infra.kql import service_lines
from tests.infra.kql.acts import ELSEWHERE
from tests.infra.kql.arrivals import NOON, USUAL, arrive
from tests.infra.kql.rules import rule
from tests.infra.kql.test_azure_logs import line, write
from tests.infra.kql.test_silence import busy
from tests.infra.kql.workspace import Row, Workspace
from tests.infra.kusto_check import manifest

HOUR = timedelta(hours=1)
EVENING = NOON + timedelta(hours=6)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What an alert says of the day, at the evaluation after the arrival of its events."""

    minute: int
    """After noon, of the event."""
    column: str
    values: list[object]

    @property
    def evaluated(self) -> timedelta:
        return timedelta(minutes=self.minute + 1) + USUAL


OF_THE_DAY = {
    "cloned-key": Seen(minute=70, column="EventOutcome", values=["failure", "success"]),
    "token-reused": Seen(minute=91, column="User", values=["bob"]),
    "token-from-elsewhere": Seen(minute=86, column="SrcIpAddr", values=[ELSEWHERE]),
    "code-reused": Seen(minute=119, column="Client", values=["app"]),
    "administrator-with-new-key": Seen(minute=119, column="User", values=["chief"] * 3),
    "spraying": Seen(minute=101, column="SrcIpAddr", values=[ELSEWHERE]),
    "failures-of-one-account": Seen(minute=101, column="User", values=["dora"]),
    "access-pass-guessing": Seen(minute=101, column="SrcIpAddr", values=[ELSEWHERE] * 2),
    "policy-changed": Seen(minute=119, column="RpId", values=["touchstone.example"]),
    "signing-key-rotated": Seen(minute=0, column="RpId", values=["touchstone.example"] * 2),
    "operator-token-used": Seen(minute=119, column="Purpose", values=["export"]),
    "client-changed": Seen(minute=119, column="Client", values=["orders"]),
    "profile-changed": Seen(minute=119, column="Profile", values=["orders"]),
    "erasure-requested": Seen(minute=119, column="EventKind", values=["audit.erasure-requested"]),
}


NAMES = {each["name"] for each in manifest("alerts")}


def late(workspace: Workspace, day: list[Row]) -> datetime:
    arrive(workspace, day, HOUR)
    return NOON + HOUR


def incomplete(workspace: Workspace, day: list[Row]) -> datetime:
    arrive(workspace, [row for row in day if row["EventKind"] != "pass.issued"])
    return EVENING


def never(_workspace: Workspace, _day: list[Row]) -> datetime:
    return NOON


def without_events(workspace: Workspace, day: list[Row]) -> datetime:
    arrive(workspace, busy(day, *range(48)))
    return NOON + 3 * HOUR


def written(workspace: Workspace, _day: list[Row]) -> datetime:
    workspace.receive([(NOON, write())], "StorageTableLogs")
    return NOON


def contradicted(workspace: Workspace, _day: list[Row]) -> datetime:
    workspace.receive([(NOON, line("the audit log contradicts itself"))], "AppTraces")
    return NOON


OF_THE_LOG: dict[str, Callable[[Workspace, list[Row]], datetime]] = {
    "audit-delayed": late,
    "audit-incomplete": incomplete,
    "audit-inconsistent": contradicted,
    "audit-silent": never,
    "data-written": written,
    "no-events": without_events,
}


def test_every_alert_is_raised_by_a_test() -> None:
    assert OF_THE_DAY.keys() | OF_THE_LOG.keys() == NAMES


@pytest.mark.parametrize(("name", "happens"), OF_THE_LOG.items())
def test_what_happens_to_the_log_is_told(
    workspace: Workspace,
    day: list[Row],
    name: str,
    happens: Callable[[Workspace, list[Row]], datetime],
) -> None:
    assert rule(name).fires(workspace, happens(workspace, day))


@pytest.mark.parametrize("name", sorted(NAMES))
def test_nothing_is_told_of_an_ordinary_service(
    workspace: Workspace, day: list[Row], name: str
) -> None:
    """Hours after all that the day had, and before the first event ever."""
    service_lines.sealed(workspace, NOON - HOUR, EVENING)
    service_lines.shipped(workspace, NOON - HOUR, EVENING, sent=len(day))
    assert not rule(name).fires(workspace, NOON)
    arrive(workspace, day)
    assert not rule(name).fires(workspace, EVENING)


@pytest.mark.parametrize(("name", "seen"), OF_THE_DAY.items())
def test_an_event_is_told_once_it_has_arrived_and_not_for_ever(
    workspace: Workspace, day: list[Row], name: str, seen: Seen
) -> None:
    """Each event arrives twice, hours apart."""
    alert = rule(name)
    arrive(workspace, day)
    arrive(workspace, day, timedelta(hours=4))
    at = NOON + seen.evaluated
    found = alert.rows(workspace, at)
    assert sorted(row[seen.column] for row in found) == seen.values
    assert not alert.fires(workspace, at + timedelta(minutes=30))
    assert not alert.fires(workspace, at + timedelta(hours=4))
