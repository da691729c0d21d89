"""A file may contain anything: malformed lines are reported, and nothing else happens."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.audit.statement import Statement
from shared.audit.verification import findings
from shared.audit.verification.findings import FindingKind, Severity
from shared.audit.verification.reading import MAX_INDEX, Malformed
from shared.audit.verification.recheck import verify
from shared.audit.verification.report import Verdict
from tests.audit.verify.findings import at, found, verified
from tests.audit.verify.log_builder import LOG, Log, line, new_key
from tests.audit.verify.people import Person
from tests.audit.verify.story import make_story

HEAD = {"version": 1, "origin": LOG, "first": 0, "frontier": list[str]()}
ENTRY = {"index": 0, "leaf": "{}"}
NOT_LINES: tuple[bytes, ...] = (
    b"",
    b"\n",
    b"null\n",
    b"[]\n",
    b"{}\n",
    b"\xff\xfe\n",
    b'{"entry":' * 100_000,
    b"[" * 100_000,
    b'{"entry": {"index": 1' + b"0" * 5000 + b"}}",
    line({"entry": ENTRY, "checkpoint": ""}),
    line({"entry": []}),
    line({"entry": {"leaf": "{}"}}),
    line({"entry": ENTRY | {"index": -1}}),
    line({"entry": ENTRY | {"index": True}}),
    line({"entry": ENTRY | {"index": 1.0}}),
    line({"entry": ENTRY | {"index": MAX_INDEX}}),
    line({"entry": ENTRY | {"leaf": 1}}),
    line({"entry": ENTRY | {"leaf": "\ud800"}}),
    line({"entry": ENTRY | {"personal": {}}}),
    line({"entry": ENTRY | {"personal": {"salt": "=", "content": ""}}}),
    line({"checkpoint": 1}),
    line({"checkpoint": ""}),
    line({"checkpoint": f"{LOG}\n"}),
    line({"checkpoint": f"{LOG}\n-1\nAAAA\n"}),
    line({"checkpoint": f"{LOG}\nmany\nAAAA\n"}),
    line({"checkpoint": f"{LOG}\n1\n!\n"}),
    line({"checkpoint": f"{LOG}\n{MAX_INDEX + 1}\nAAAA\n"}),
    line({"log": HEAD}),
)
NOT_HEADS = (
    HEAD | {"version": 2},
    HEAD | {"origin": None},
    HEAD | {"first": -1},
    HEAD | {"first": "0"},
    HEAD | {"first": 1},
    HEAD | {"first": 1, "frontier": ["AA"]},
    HEAD | {"first": 1, "frontier": [1]},
    HEAD | {"frontier": None},
    HEAD | {"frontier": ["A" * 43]},
)


@pytest.mark.parametrize("number", range(len(NOT_LINES)))
def test_a_malformed_line_is_reported(number: int) -> None:
    report = verify([line({"log": HEAD}), NOT_LINES[number]])
    (finding,) = [each for each in report.findings if each.kind is FindingKind.LINE_MALFORMED]
    assert finding.text == "line 2"
    assert report.verdict is Verdict.WRONG


@pytest.mark.parametrize("head", NOT_HEADS)
def test_a_file_without_its_beginning_proves_nothing(head: dict[str, Any]) -> None:
    report = verify([line({"log": head}), *make_story().lines[1:]])
    assert found(report) == [at(FindingKind.LINE_MALFORMED)]
    assert not report.tallies
    assert report.verdict is Verdict.WRONG


def test_an_empty_file_proves_nothing() -> None:
    assert verify([]).verdict is Verdict.WRONG


@pytest.mark.parametrize(
    "leaf",
    [
        b"{}",
        b"[]",
        b"1",
        b"no JSON",
        b"[" * 100_000,
        b'{"at":"2031-05-17T12:00:00.000000Z","id":1,"kind":"audit.read","outcome":"success"}',
        b'{"at":"yesterday","id":"1","kind":"audit.read","outcome":"success"}',
        b'{"at": "2031-05-17T12:00:00.000000Z","id":"1","kind":"audit.read","outcome":"success"}',
        b'{"at":"2031-05-17T12:00:00.000000Z","id":"1","kind":"","outcome":"","outcome":"failure"}',
    ],
)
def test_a_malformed_leaf_is_reported(leaf: bytes) -> None:
    log = Log(new_key())
    log.register(Person("anna"))
    log.statements.append(Statement(leaf=leaf))
    log.seal()
    assert found(verified(log.lines(), log.key)) == [at(FindingKind.ENTRY_MALFORMED, 1)]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)
STORY = make_story()
NOTES = STORY.log.notes()
PLACES = [
    *("credential", "target", "facts", "origin", "rpId", "evidence", "personal", "v"),
    *("credential.hash", "credential.publicKeyHash", "credential.signCount", "target.id"),
]


@given(index=st.integers(0, 26), place=st.sampled_from(PLACES), value=JSON)
def test_any_leaf_leads_to_a_report(index: int, place: str, value: object) -> None:
    log = STORY.log.copy()

    def put(leaf: dict[str, Any]) -> None:
        *parents, name = place.split(".")
        members = leaf[parents[0]] if parents and isinstance(leaf.get(parents[0]), dict) else leaf
        members[name] = value

    before = log.statements[index].leaf
    log.change_leaf(index, put)
    report = verified(log.lines(notes=NOTES), STORY.old)
    assert (report.verdict is Verdict.CONSISTENT) is (log.statements[index].leaf == before)


@given(index=st.integers(0, 24), value=JSON, name=st.sampled_from(["signature", "clientDataJSON"]))
def test_any_evidence_leads_to_a_report(index: int, value: object, name: str) -> None:
    log = STORY.log.copy()
    if log.statements[index].evidence is not None:
        log.change_part(index, "evidence", lambda part: part.update({name: value}), commit=False)
        assert verified(log.lines(), STORY.old).verdict is Verdict.WRONG


@given(index=st.integers(0, 26), place=st.integers(min_value=0), bit=st.integers(0, 7))
def test_each_changed_bit_of_an_entry_changes_the_report(index: int, place: int, bit: int) -> None:
    entry = STORY.log.entry(index)
    changed = bytearray(entry)
    changed[place % len(changed)] ^= 1 << bit
    lines = [bytes(changed) if each == entry else each for each in STORY.lines]
    assert _report_of(lines) != _report_of(STORY.lines)


def _report_of(lines: list[bytes]) -> tuple[object, ...]:
    report = verified(b"".join(lines).splitlines(keepends=True), STORY.old)
    return report.origin, found(report), [tally.proven for tally in report.tallies]


def test_many_findings_are_only_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "LISTED", 3)
    report = verify([line({"log": HEAD}), *[b"?"] * 10])
    malformed = [each for each in report.findings if each.kind is FindingKind.LINE_MALFORMED]
    assert [each.count for each in malformed] == [1, 1, 8]


def test_the_most_severe_finding_comes_first() -> None:
    story = make_story()
    lines = [*story.lines, story.lines[1], b"?"]
    story.log.erase(5, "evidence")
    lines[7] = story.log.entry(5)
    report = verified(lines, story.old)
    assert [each.kind.severity for each in report.findings] == [
        Severity.WRONG,
        Severity.MISSING,
        Severity.HARMLESS,
    ]


def test_an_invalid_kept_checkpoint_is_refused() -> None:
    with pytest.raises(Malformed):
        verify(make_story().lines, seen="nothing")
