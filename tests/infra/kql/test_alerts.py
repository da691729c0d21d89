"""Each alert fires for what it is about, names it, and is silent otherwise."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from tests.infra.kql.acts import ELSEWHERE
from tests.infra.kql.arrivals import NOON, USUAL, arrive
from tests.infra.kql.rules import rule
from tests.infra.kql.workspace import Row, Workspace
from tests.infra.kusto_check import manifest

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
    "administrator-with-new-key": Seen(minute=119, column="User", values=["chief"] * 3),
    "spraying": Seen(minute=101, column="SrcIpAddr", values=[ELSEWHERE]),
    "failures-of-one-account": Seen(minute=101, column="User", values=["dora"]),
    "access-pass-guessing": Seen(minute=101, column="SrcIpAddr", values=[ELSEWHERE] * 2),
    "policy-changed": Seen(minute=119, column="RpId", values=["touchstone.example"]),
    "signing-key-rotated": Seen(minute=0, column="RpId", values=["touchstone.example"] * 2),
    "erasure-requested": Seen(minute=119, column="EventKind", values=["audit.erasure-requested"]),
}


@pytest.mark.parametrize("name", [each["name"] for each in manifest("alerts")])
def test_nothing_is_told_of_an_ordinary_service(
    workspace: Workspace, day: list[Row], name: str
) -> None:
    """Hours after all that the day had, and before the first event ever."""
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
