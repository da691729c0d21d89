"""Every query for Azure Monitor is valid over our table, and uses values that exist."""

import json
import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path

import pytest

from shared.audit.event import ActorType, Kind, Outcome
from shared.audit.schemas.asim_results import result_details
from shared.rate_limits.policy import DEFAULTS
from tests.infra.bicep.parameters import EVERYTHING, deployed
from tests.infra.kusto_check import Checked, all_queries, check, manifest, workbook

QUERIES = all_queries()
SHARED = Path(__file__).resolve().parents[2] / "shared"
WRONG = {
    "Touchstone_CL | where EventKnd == 'x'": "'EventKnd' does not refer to any known column",
    "TouchstoneEvents() | where EventKnd == 'x'": "'EventKnd' does not refer to any known column",
    "Touchstone_CL | wher EventKind == 'x'": "Query operator expected",
    "Touchstone_CL | where TimeGenerated > 5": "not defined for the operand types",
    "SigninLogs | take 1": "'SigninLogs' does not refer to any known table",
    "TouchstoneEvents(since=ago(1d))": "argument name does not refer to a declared parameter",
    "let f = (a:string) { Touchstone_CL | where EventUid == b }; f('')": "'b' does not refer",
}


@pytest.fixture(scope="session")
def checked() -> dict[str, Checked]:
    others = {"table": "Touchstone_CL", "dropping": dropping()}
    return check(QUERIES | {wrong: wrong for wrong in WRONG} | others)


def dropping() -> str:
    """What drops rows of the storage's log before they are kept, over the table that it is for."""
    (rule,) = (
        each.body["properties"]
        for each in deployed(EVERYTHING).of_type("Microsoft.Insights/dataCollectionRules")
        if each.body["kind"] == "WorkspaceTransforms"
    )
    text: str = rule["dataFlows"][0]["transformKql"]
    return f"let source = StorageTableLogs;\n{text}"


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_is_valid_over_our_table_and_functions(
    checked: dict[str, Checked], name: str
) -> None:
    assert checked[name].diagnostics == []
    assert checked[name].columns


@pytest.mark.parametrize(("query", "message"), WRONG.items())
def test_the_check_finds_errors_in_queries(
    checked: dict[str, Checked], query: str, message: str
) -> None:
    found = checked[query].diagnostics
    assert any(message in each for each in found), found


def test_exactly_the_rows_that_the_alert_ignores_are_dropped(checked: dict[str, Checked]) -> None:
    """A row that is kept without an alert costs money in vain; a dropped row raises no alert."""
    assert checked["dropping"].diagnostics == []
    condition = 'AuthenticationType != "OAuth" or RequesterObjectId != '
    assert condition in dropping()
    assert f"| where {condition}App\n" in QUERIES["alerts/data-written.kql"]


# Queries may select rows by `TimeGenerated`, as Azure's time ranges do, and use it for no more:
# it is the time of arrival if a row arrived two days late.
BY_RANGE = re.compile(
    r"\| where TimeGenerated [<>]=? |\(isnull\((?:start|end)time\) or TimeGenerated [<>]="
)
OF_AZURES_TABLES = {
    f"alerts/{name}.kql" for name in ("audit-inconsistent", "audit-silent", "data-written")
}
ALSO_USED = {
    # For rows that were sent before there was the column.
    "functions/TouchstoneEvents.kql": ["coalesce(HappenedAt, TimeGenerated)"],
    "functions/TouchstoneGaps.kql": [
        "summarize min(TimeGenerated)",
        "summarize max(TimeGenerated)",
        "TimeGenerated between (First .. Last)",
    ],
    "functions/vimAuthenticationTouchstone.kql": ["| project\n    TimeGenerated,"],
}


@pytest.mark.parametrize("name", sorted(QUERIES.keys() - OF_AZURES_TABLES))
def test_queries_tell_when_an_event_happened(name: str) -> None:
    text = BY_RANGE.sub("", re.sub(r"^\s*//.*$", "", QUERIES[name], flags=re.MULTILINE))
    for use in ALSO_USED.get(name, ()):
        assert text.count(use) == 1
        text = text.replace(use, "")
    assert "TimeGenerated" not in text


def test_removing_duplicates_keeps_every_column(checked: dict[str, Checked]) -> None:
    columns = checked["functions/TouchstoneEvents.kql"].columns
    assert checked["table"].columns.items() < columns.items()


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("EventKind", Kind),
        ("EventOutcome", Outcome),
        ("ActorType", ActorType),
        ("TargetType", ActorType),
    ],
)
def test_queries_compare_with_values_that_exist(column: str, values: type[StrEnum]) -> None:
    named = compared_with(column)
    assert named
    assert named <= {each.value for each in values}


def test_queries_compare_with_reasons_of_the_mapping() -> None:
    named = compared_with("Reason")
    assert named
    assert "Other" not in {result_details("Authentication", reason) for reason in named}


def test_queries_read_facts_that_are_recorded() -> None:
    source = "".join(path.read_text() for path in SHARED.rglob("*.py"))
    member = re.compile(r'\bFacts(?:\.|\[")(\w+)')
    read = {fact for text in QUERIES.values() for fact in member.findall(text)}
    assert read
    assert [fact for fact in read if f'"{fact}": ' not in source] == []


@pytest.mark.parametrize("alert", manifest("alerts"), ids=lambda alert: alert["name"])
def test_an_alert_returns_what_it_is_split_by(
    checked: dict[str, Checked], alert: dict[str, str]
) -> None:
    columns = checked[f"alerts/{alert['file']}"].columns
    assert {columns.get(name) for name in alert["dimensions"]} <= {"string"}
    # By a column of this name rows would be put into windows by when they happened.
    assert "TimeGenerated" not in columns


def test_charts_of_the_workbook_use_columns_of_their_queries(checked: dict[str, Checked]) -> None:
    drawn = dict(drawn_columns())
    assert drawn.keys() == {"totals", "sign-ins", "failures-by-address", "keys-by-model"}
    for item, columns in drawn.items():
        assert columns <= checked[f"workbook/{item}"].columns.keys()


@pytest.mark.parametrize(
    ("file", "limit"),
    [
        ("spraying.kql", "authentication.address"),
        ("spraying.kql", "guess.address"),
        ("failures-of-one-account.kql", "authentication.address"),
        ("access-pass-guessing.kql", "guess.account"),
    ],
)
def test_as_many_failures_as_an_alert_needs_can_happen(file: str, limit: str) -> None:
    """A request that a limit refuses is not recorded as a failure."""
    quotas = {each.name: each.quota for each in DEFAULTS}
    assert int(only(re.findall(r"Failures >= (\d+)", QUERIES[f"alerts/{file}"]))) <= quotas[limit]


def drawn_columns() -> Iterator[tuple[str, set[str]]]:
    for item in workbook()["items"]:
        text = json.dumps(item["content"])
        columns = set(re.findall(r'"(?:columnMatch|xAxis|group)": "(\w+)"', text))
        columns |= set(item["content"].get("chartSettings", {}).get("yAxis", []))
        if columns:
            yield item["name"], columns


def compared_with(column: str) -> set[str]:
    """The texts that any query compares a column with."""
    one, several = r'"[^"]*"', r'\(\s*"[^)]*"\s*\)'
    comparison = re.compile(rf"\b{column}\s*(?:==|!=|in~?)\s*({one}|{several})")
    found = [text for query in QUERIES.values() for text in comparison.findall(query)]
    return {word for text in found for word in re.findall(r'"([^"]*)"', text)}


def only(found: Iterable[str]) -> str:
    (one,) = found
    return one
