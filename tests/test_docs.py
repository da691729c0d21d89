"""Everything that the documentation names exists: files, headings, tests, endpoints, queries."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from devhost.process import REPOSITORY
from shared.audit.schemas.asim_results import result_details
from shared.blueprints.openapi import read_description
from tests.documents import DOCUMENTS, FENCED, prose, spoken
from tests.infra.kusto_check import check, manifest

RUNBOOKS = REPOSITORY / "docs" / "runbooks.md"
CONTRIBUTING = REPOSITORY / "CONTRIBUTING.md"
ALERTS = manifest("alerts")
ENDPOINTS = read_description()["paths"]

NO_ALERTS = ("before-you-begin", "everything-is-404-or-503", "errors-in-the-log")
"""Sections of the runbooks that no alert leads to."""
LINK = re.compile(r"\[[^\]]*\]\(([^()\s]+)\)")
HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
OURS = re.compile(r"(?:\.ci|bench|devhost|docs|infra|release|shared|tests)/[\w./-]*")
CALL = re.compile(r"(GET|POST|PUT|PATCH|DELETE) (/\S*)")
REASON = re.compile(r"[a-z]+(?:_[a-z]+)+")
TARGET = re.compile(r"^([a-z]+):.*## ", re.MULTILINE)
SKIPPING = re.compile(r"pytest\.(?:mark\.)?skip(?:if)?\(")

# As Azure Monitor documents them: the columns that our queries name.
AZURES_TABLES = """
let AppTraces = datatable(TimeGenerated:datetime, SeverityLevel:int, Message:string,
    Properties:dynamic)[];
let AzureDiagnostics = datatable(TimeGenerated:datetime, ResourceProvider:string,
    OperationName:string, ResultSignature:string, CallerIPAddress:string, requestUri_s:string,
    id_s:string, identity_claim_oid_g:string, identity_claim_appid_g:string)[];
"""


def name_of(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


def anchors(path: Path) -> set[str]:
    """As GitHub makes them: of two headings that are alike the second one gets a number."""
    seen: Counter[str] = Counter()
    found = set()
    for heading in HEADING.findall(prose(path)):
        slug = slug_of(heading)
        found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return found


def slug_of(heading: str) -> str:
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")


def broken(link: str, *, source: Path) -> str | None:
    """Say what is wrong with a link, if it is one to a file of ours."""
    parts = urlsplit(link)
    if parts.scheme:
        return None
    target = (source.parent / unquote(parts.path)).resolve() if parts.path else source
    if not target.is_relative_to(REPOSITORY) or not target.exists():
        return f"{link}: no such file"
    if parts.fragment and parts.fragment not in anchors(target):
        return f"{link}: no such heading"
    return None


def calls(path: Path) -> Iterator[tuple[str, str, set[str]]]:
    """Method, path, and names in the query."""
    for code in spoken(path):
        if found := CALL.fullmatch(code):
            address, _, query = found[2].partition("?")
            yield found[1], address, {name for name, _ in parse_qsl(query)}


def parameters(operation: dict[str, Any]) -> set[str]:
    return {each["name"] for each in operation.get("parameters", []) if each["in"] == "query"}


def queries(path: Path) -> list[str]:
    found = FENCED.findall(path.read_text(encoding="utf-8"))
    return [text for _, language, text in found if language == "kusto"]


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_link_resolves(document: Path) -> None:
    links = LINK.findall(prose(document))
    assert [wrong for link in links if (wrong := broken(link, source=document))] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_file_that_is_named_exists(document: Path) -> None:
    named = [code for code in spoken(document) if OURS.fullmatch(code)]
    assert [each for each in named if not (REPOSITORY / each).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_call_that_is_named_is_in_the_api(document: Path) -> None:
    for method, path, query in calls(document):
        operation = ENDPOINTS.get(path, {}).get(method.lower())
        assert operation is not None, f"{method} {path}"
        assert query <= parameters(operation), f"{method} {path}"


def test_each_alert_has_its_runbook_and_each_runbook_its_alert() -> None:
    sections = [slug_of(each) for each in re.findall(r"^## (.+)$", prose(RUNBOOKS), re.MULTILINE)]
    assert [alert["runbook"] for alert in ALERTS] == [
        f"docs/runbooks.md#{section}" for section in sections if section not in NO_ALERTS
    ]


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["name"])
def test_a_runbook_answers_what_an_operator_asks(alert: dict[str, Any]) -> None:
    section = prose(RUNBOOKS).split(f"\n## {alert['name']}\n")[1].split("\n## ")[0]
    asked = ("**Means.**", "**False alarm", "**Look.**", "**Do.**", "**Record.**", "**Over**")
    assert sorted(asked, key=section.find) == list(asked)
    assert all(each in section for each in asked)
    assert f"alerts/{alert['file']}" in section


def test_queries_of_the_documents_are_valid() -> None:
    asked = {
        f"{name_of(document)} {number}": AZURES_TABLES + query
        for document in DOCUMENTS
        for number, query in enumerate(queries(document))
    }
    assert len(asked) >= len(queries(RUNBOOKS)) > 0
    found = check(asked)
    assert {name: each.diagnostics for name, each in found.items() if each.diagnostics} == {}


def test_queries_of_the_documents_tell_when_an_event_happened() -> None:
    """`TimeGenerated` is the time of arrival if the row arrived days late."""
    ours = [text for document in DOCUMENTS for text in queries(document) if "Touchstone" in text]
    assert any("HappenedAt" in text for text in ours)
    assert [
        text for text in ours if "TimeGenerated" in text.replace("where TimeGenerated >", "")
    ] == []


def test_queries_of_the_vaults_log_tell_who_wrote() -> None:
    """An address alone may be that of a proxy, or of Azure."""
    asked = [text for text in queries(RUNBOOKS) if "MICROSOFT.KEYVAULT" in text]
    assert asked
    assert [text for text in asked if "identity_claim_oid_g" not in text] == []


def test_reasons_that_runbooks_name_are_given_by_some_step() -> None:
    named = [code for code in spoken(RUNBOOKS) if REASON.fullmatch(code)]
    assert named
    assert [each for each in named if result_details("Authentication", each) == "Other"] == []


def test_every_command_of_make_is_documented() -> None:
    targets = TARGET.findall((REPOSITORY / "Makefile").read_text(encoding="utf-8"))
    rows = re.findall(r"^\| `make ([a-z]+)` \|", prose(CONTRIBUTING), re.MULTILINE)
    assert sorted(rows) == sorted(targets)


def test_every_test_that_may_be_skipped_is_documented() -> None:
    section = prose(CONTRIBUTING).split("\n## Tests that may be skipped\n")[1].split("\n## ")[0]
    named = re.findall(r"^\| `(tests/\S+)` \|", section, re.MULTILINE)
    skipping = [
        name_of(path)
        for path in sorted((REPOSITORY / "tests").rglob("*.py"))
        if "node_modules" not in path.parts and SKIPPING.search(path.read_text(encoding="utf-8"))
    ]
    assert named == skipping


@pytest.mark.parametrize(
    ("heading", "slug"),
    [
        ("One request: `POST /authenticate/finish`", "one-request-post-authenticatefinish"),
        ("Columns of Touchstone_CL", "columns-of-touchstone_cl"),
        ("See [the log](audit.md), twice", "see-the-log-twice"),
        ("1 Browser or app → service", "1-browser-or-app--service"),
    ],
)
def test_a_heading_has_the_anchor_of_github(heading: str, slug: str) -> None:
    assert slug_of(heading) == slug


def test_equal_headings_have_different_anchors(tmp_path: Path) -> None:
    document = tmp_path / "twins.md"
    document.write_text("# Look\n```\n# not a heading\n```\n## Look\n## Do\n")
    assert anchors(document) == {"look", "look-1", "do"}


@pytest.mark.parametrize(
    ("link", "wrong"),
    [
        ("https://example.org/nowhere", None),
        ("runbooks.md#spraying", None),
        ("#spraying", None),
        ("../infra/monitor/alerts/spraying.kql", None),
        ("runbooks.md#spray", "runbooks.md#spray: no such heading"),
        ("nowhere.md", "nowhere.md: no such file"),
        ("../../elsewhere", "../../elsewhere: no such file"),
    ],
)
def test_a_broken_link_is_found(link: str, wrong: str | None) -> None:
    assert broken(link, source=RUNBOOKS) == wrong
