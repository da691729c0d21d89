"""Azure Monitor gets the files of infra/monitor, each under its own name."""

from pathlib import Path
from typing import Any

from tests.infra.bicep.parameters import EVERYTHING, deployed
from tests.infra.kusto_check import MONITOR, manifest

SEARCHES = "Microsoft.OperationalInsights/workspaces/savedSearches"
WORKSPACE = "Microsoft.OperationalInsights/workspaces/log-touchstone-abcdefghijklm"
SCHEDULE = (
    *("displayName", "severity", "evaluationFrequency", "windowSize", "overrideQueryTimeRange"),
    "autoMitigate",
)

type Json = dict[str, Any]


def text_of(folder: str, listed: Json) -> str:
    path: Path = MONITOR / folder / listed["file"]
    return path.read_text()


def searches() -> dict[str, Json]:
    found = deployed(EVERYTHING).of_type(SEARCHES)
    assert all(each.id.startswith(f"{SEARCHES}/log-touchstone-") for each in found)
    return {each.name: each.body["properties"] for each in found}


def test_everything_that_is_saved_is_in_a_manifest() -> None:
    listed = [each["name"] for folder in ("functions", "queries") for each in manifest(folder)]
    assert sorted(searches()) == sorted(listed)


def test_each_function_is_saved_with_its_alias() -> None:
    for each in manifest("functions"):
        assert searches()[each["name"]] == {
            "category": each["category"],
            "displayName": each["displayName"],
            "query": text_of("functions", each),
            "functionAlias": each["alias"],
            "functionParameters": each["parameters"],
            "version": 2,
            "etag": "*",
        }


def test_each_query_is_saved_with_its_name() -> None:
    for each in manifest("queries"):
        assert searches()[each["name"]] == {
            "category": each["category"],
            "displayName": each["displayName"],
            "query": text_of("queries", each),
            "tags": [{"name": tag, "value": tag} for tag in each["tags"]],
            "version": 2,
            "etag": "*",
        }


APP = "Microsoft.ManagedIdentity/userAssignedIdentities/id-touchstone-abcdefghijklm.principalId"


def test_each_alert_is_raised_as_its_manifest_says() -> None:
    rules = {
        each.name: each.body["properties"]
        for each in deployed(EVERYTHING).of_type("Microsoft.Insights/scheduledQueryRules")
    }
    assert rules.keys() == {f"touchstone-{each['name']}" for each in manifest("alerts")}
    for each in manifest("alerts"):
        rule = rules[f"touchstone-{each['name']}"]
        expected = each | {"displayName": f"Touchstone: {each['displayName']}"}
        assert {name: rule[name] for name in SCHEDULE} == {
            name: expected[name] for name in SCHEDULE
        }
        assert rule["scopes"] == [WORKSPACE]
        link = each["runbook"].replace("docs/runbooks.md", "https://wiki.example.com/runbooks")
        assert rule["description"] == f"{each['description']} What to do: {each['whatToDo']} {link}"
        assert rule["actions"]["customProperties"] == {"runbook": link}
        assert rule["criteria"] == {"allOf": [_criterion(each)]}


def _criterion(alert: Json) -> Json:
    return {
        "query": text_of("alerts", alert).replace("<object ID of the app>", APP),
        "timeAggregation": alert["timeAggregation"],
        "operator": alert["operator"],
        "threshold": alert["threshold"],
        "dimensions": [
            {"name": name, "operator": "Include", "values": ["*"]} for name in alert["dimensions"]
        ],
        "failingPeriods": {"numberOfEvaluationPeriods": 1, "minFailingPeriodsToAlert": 1},
    }


def test_the_workbook_uses_the_workspace() -> None:
    (workbook,) = deployed(EVERYTHING).properties("Microsoft.Insights/workbooks")
    assert workbook["serializedData"] == (MONITOR / "workbook.json").read_text()
    assert workbook["sourceId"] == WORKSPACE
