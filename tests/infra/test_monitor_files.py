"""The files that the deployment loads for Azure Monitor are consistent."""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from tests.infra.kusto_check import (
    MONITOR,
    all_queries,
    expand,
    manifest,
    workbook,
    workbook_queries,
)

FOLDERS = ("functions", "queries", "alerts")
ALERTS = manifest("alerts")
OF_AZURES_TABLES = {"audit-inconsistent", "data-written"}
"""These look at logs of Azure's own."""
TEXT, QUERY, PARAMETERS, LINKS = 1, 3, 9, 11
UNSUPPORTED = re.compile(r"\b(?:union|search)\b", re.IGNORECASE)
"""Azure does not support these operators in alert rules:
https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-log-query"""
DURATION = re.compile(r"PT?(?:(\d+)D)?(?:(\d+)H)?(?:(\d+)M)?")

type Item = dict[str, Any]


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_manifest_names_each_file_of_its_folder_once(folder: str) -> None:
    listed = [each["file"] for each in manifest(folder)]
    assert sorted(listed) == sorted(path.name for path in (MONITOR / folder).glob("*.kql"))


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_file_is_named_after_its_content(folder: str) -> None:
    listed = manifest(folder)
    assert [each["file"] for each in listed] == [f"{each['name']}.kql" for each in listed]
    assert len({each["displayName"] for each in listed}) == len(listed)


@pytest.mark.parametrize("path", sorted(MONITOR.glob("*/*.kql")), ids=lambda path: path.name)
def test_a_query_begins_with_the_question_that_it_answers(path: Path) -> None:
    assert path.read_text().startswith("// ")


@pytest.mark.parametrize("folder", FOLDERS)
def test_all_entries_of_a_manifest_have_the_same_members(folder: str) -> None:
    listed = manifest(folder)
    assert len({tuple(each) for each in listed}) == 1
    assert all(
        value != "" and (value != [] or name == "dimensions")
        for each in listed
        for name, value in each.items()
    )


def test_functions_are_called_by_their_names() -> None:
    assert all(each["alias"] == each["name"] for each in manifest("functions"))


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["name"])
def test_an_alert_is_complete(alert: Item) -> None:
    assert alert["severity"] in range(5)
    assert alert["description"]
    # One sentence.
    assert re.fullmatch(r"[A-Z][^.]*\.", alert["whatToDo"])
    assert (alert["timeAggregation"], alert["operator"]) == ("Count", "GreaterThan")
    assert alert["threshold"] == 0
    assert re.fullmatch(r"docs/runbooks\.md#[a-z-]+", alert["runbook"])


def test_each_alert_has_its_own_runbook() -> None:
    assert len({alert["runbook"] for alert in ALERTS}) == len(ALERTS)


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["name"])
def test_the_windows_of_an_alert_leave_no_gap(alert: Item) -> None:
    """New events are selected by their ingestion time, so that late events are not missed. Azure
    keeps the time of an event for two days, and then takes the time of arrival: so a range of two
    days, the longest that there is, has each event when it arrives."""
    frequency, window, reach = (
        duration(alert[name])
        for name in ("evaluationFrequency", "windowSize", "overrideQueryTimeRange")
    )
    assert frequency <= window < reach
    assert reach == timedelta(days=2)
    looked = r"(?:IngestedAt|ingestion_time\(\)) > ago\((\d+)m\)"
    for minutes in re.findall(looked, text_of(alert)):
        assert timedelta(minutes=int(minutes)) == window > frequency


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["name"])
def test_an_alert_selects_events_by_their_ingestion_time(alert: Item) -> None:
    over_the_whole_range = {"audit-incomplete", "audit-silent", "no-events"}
    if alert["name"] in OF_AZURES_TABLES:
        assert "ingestion_time() > ago(" in text_of(alert)
        return
    assert ("IngestedAt > ago(" in text_of(alert)) != (alert["name"] in over_the_whole_range)


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["name"])
def test_an_alert_uses_no_operator_that_azure_does_not_support(alert: Item) -> None:
    """Comments count too, and the saved functions that it calls."""
    assert {text for text in with_called_functions(alert) if UNSUPPORTED.search(text)} == set()


def test_the_search_for_these_operators_follows_calls_of_functions() -> None:
    texts = list(with_called_functions({"file": "audit-incomplete.kql"}))
    assert any("Touchstone_CL\n" in text for text in texts)
    assert any(UNSUPPORTED.search(text) for text in called("TouchstoneNames()"))


def test_names_of_items_in_the_workbook_are_unique() -> None:
    book = workbook()
    assert book["version"] == "Notebook/1.0"
    assert {item["type"] for item in book["items"]} == {TEXT, QUERY, PARAMETERS, LINKS}
    names = [item["name"] for item in book["items"]]
    assert len(set(names)) == len(names)


def test_ids_in_the_workbook_are_unique() -> None:
    ids = [each["id"] for each in chain(parameters(), tabs())]
    assert len(set(ids)) == len(ids)


def test_every_item_is_on_an_existing_tab_or_on_all_tabs() -> None:
    shown = {
        item["conditionalVisibility"]["value"]
        for item in workbook()["items"]
        if "conditionalVisibility" in item
    }
    assert shown == {tab["subTarget"] for tab in tabs()}


def test_queries_in_the_workbook_use_its_time_range() -> None:
    assert parameters()[0]["name"] == "TimeRange"
    asking = [item["content"] for item in items(QUERY)]
    asking += [each for each in parameters() if "query" in each]
    assert len(asking) == len(workbook_queries())
    for each in asking:
        assert each["timeContextFromParameter"] == "TimeRange"
        assert (each["queryType"], each["resourceType"]) == (
            0,
            "microsoft.operationalinsights/workspaces",
        )


def test_queries_in_the_workbook_use_only_its_parameters() -> None:
    pattern = re.compile(r"\{([A-Z]\w*)[^{}]*\}")
    used = {name for text in workbook_queries().values() for name in pattern.findall(text)}
    assert used == {each["name"] for each in parameters()}
    assert not any(pattern.search(expand(text)) for text in workbook_queries().values())


def test_the_input_of_a_reader_cannot_end_a_text_of_a_query() -> None:
    for text in workbook_queries().values():
        assert text.count("{User") == text.count('"{User:escapejson}"')


def test_the_workbook_shows_the_saved_queries_of_evidence_unchanged() -> None:
    saved = [each for each in manifest("queries") if each["category"].endswith("Evidence")]
    assert len(saved) == 2
    for each in saved:
        text = (MONITOR / "queries" / each["file"]).read_text().strip()
        assert workbook_queries()[each["name"]] == text


def items(kind: int) -> list[Item]:
    return [item for item in workbook()["items"] if item["type"] == kind]


def parameters() -> list[Item]:
    found: list[Item] = items(PARAMETERS)[0]["content"]["parameters"]
    return found


def tabs() -> list[Item]:
    found: list[Item] = items(LINKS)[0]["content"]["links"]
    return found


def text_of(alert: Item) -> str:
    return all_queries()[f"alerts/{alert['file']}"]


def with_called_functions(alert: Item) -> Iterator[str]:
    yield text_of(alert)
    yield from called(text_of(alert))


def called(text: str) -> Iterator[str]:
    """The texts of the saved functions that it calls, and that these call."""
    for each in manifest("functions"):
        if f"{each['alias']}(" in text:
            inner = (MONITOR / "functions" / each["file"]).read_text()
            yield inner
            yield from called(inner)


def duration(text: str) -> timedelta:
    found = DURATION.fullmatch(text)
    assert found, text
    days, hours, minutes = (int(each or 0) for each in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes)
