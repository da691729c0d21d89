"""The queries of the workbook give rows over a day of our own events, and for one person fewer."""

from datetime import timedelta

import pytest

from tests.infra.kql.arrivals import NOON, arrive
from tests.infra.kql.texts import deployed
from tests.infra.kql.workspace import Row, Workspace
from tests.infra.kusto_check import expand, manifest, workbook_queries

EVENING, DAY = NOON + timedelta(hours=6), timedelta(days=1)
SAVED = {deployed("queries", each["name"]).strip() for each in manifest("queries")}
OWN = {name: text for name, text in workbook_queries().items() if text not in SAVED}
"""Those that are no saved query as well."""


def ask(workspace: Workspace, text: str, user: str = "") -> list[Row]:
    written = text.replace("{User:escapejson}", user).replace("{Kind}", "'*'")
    return workspace.ask(expand(written), EVENING, DAY)


def people_of(row: Row) -> str:
    names = ("TargetName", "TargetId", "ActorName", "ActorId")
    return " ".join(str(row.get(name) or "") for name in names)


@pytest.mark.parametrize("name", OWN)
def test_an_item_of_the_workbook_has_rows(workspace: Workspace, day: list[Row], name: str) -> None:
    """One entry is missing."""
    arrive(workspace, [*day[:20], *day[21:]])
    assert ask(workspace, OWN[name])


def test_the_totals_are_those_of_the_day(workspace: Workspace, day: list[Row]) -> None:
    arrive(workspace, day)
    found = {row["Title"]: row["Value"] for row in ask(workspace, OWN["totals"])}
    assert found == {
        "Sign-ins": 11,
        "Failures": 22,
        "People": 7,
        "New keys": 9,
        "Removed keys": 1,
        "Acts of administrators": 12,
        "Limits hit": 1,
    }


def test_a_person_is_found_by_a_part_of_the_name(workspace: Workspace, day: list[Row]) -> None:
    arrive(workspace, day)
    found = {row["LogIndex"] for row in ask(workspace, OWN["events"], user="ARO")}
    # IDs are searched too, and by chance one of them may have the same letters.
    assert found == {row["LogIndex"] for row in day if "aro" in people_of(row).lower()}
    carols = {row["LogIndex"] for row in day if row.get("TargetName") == "carol"}
    assert carols
    assert carols <= found < {row["LogIndex"] for row in day}
