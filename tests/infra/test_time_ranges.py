"""Queries look back as far as they say, whatever time range Azure sets around them.

The portal shows one day, unless the query itself has a filter on TimeGenerated; an argument of a
function is none (learn.microsoft.com/azure/azure-monitor/logs/scope#time-range). An alert rule
knows `ago` with a literal alone, and no relative time in a saved function
(learn.microsoft.com/azure/azure-monitor/alerts/alerts-create-log-alert-rule).
"""

import re

import pytest

from tests.documents import DOCUMENTS
from tests.infra.kusto_check import all_queries
from tests.test_docs import name_of, queries

OURS = r"\bTouchstone\w+\("
SAVED = {name: text for name, text in all_queries().items() if name.startswith("queries/")}
WRITTEN = {
    f"{name_of(document)} {number}": text
    for document in DOCUMENTS
    for number, text in enumerate(queries(document))
}
WRONG = {
    "an argument": "TouchstoneEvents(starttime=ago(400d))\n| where LogIndex > 1",
    "two arguments": "TouchstoneEvents(datetime(2026-11-20), now())",
    "a name": "let Unused = 90d;\nTouchstoneEvents()\n| where HappenedAt < ago(Unused)",
    "a filter too late": "TouchstoneEvents()\n| take 9\n| where TimeGenerated > ago(9d)",
    "a date": "TouchstoneEvents()\n| where HappenedAt > datetime(2026-11-20)",
}


def is_cut_to_a_day(text: str) -> bool:
    text = re.sub(r"//.*", "", text)
    if re.search(rf"{OURS}\s*[^\s)]", text):
        return True
    if not re.search(r"\b(?:ago|datetime)\(", text):
        return False  # it is about the range that the reader chooses
    at_once = r"^\w[\w(), ]*\n?\s*\| where TimeGenerated > (?:ago|datetime)\("
    return re.search(at_once, text, re.MULTILINE) is None


@pytest.mark.parametrize("name", [*SAVED, *WRITTEN])
def test_a_query_of_a_time_of_its_own_has_a_filter_that_the_portal_sees(name: str) -> None:
    assert not is_cut_to_a_day((SAVED | WRITTEN)[name])


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG.keys())
def test_a_query_that_the_portal_cuts_is_found(text: str) -> None:
    assert is_cut_to_a_day(text)


def test_some_query_looks_back_further_than_the_portal() -> None:
    assert "| where TimeGenerated > ago(400d)" in SAVED["queries/dormant-keys.kql"]
    assert any("where TimeGenerated > datetime(" in text for text in WRITTEN.values())


@pytest.mark.parametrize("name", [each for each in all_queries() if each.startswith("alerts/")])
def test_an_alert_uses_only_times_that_a_rule_knows(name: str) -> None:
    times = re.findall(r"\bago\(([^)]*)\)", all_queries()[name])
    assert [each for each in times if not re.fullmatch(r"\d+[dhm]", each)] == []
    assert not re.search(r"\b(?:bag_unpack|pivot|narrow|AggregatedValue)\b", all_queries()[name])


def test_functions_have_no_time_of_their_own() -> None:
    texts = [text for name, text in all_queries().items() if name.startswith("functions/")]
    assert [text for text in texts if re.search(r"\b(?:ago|now)\(", text)] == []
