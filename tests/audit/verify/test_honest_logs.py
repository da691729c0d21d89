"""Nothing is found in an unchanged log, and missing parts are reported as missing."""

import pytest

from shared.audit.event import Kind, Outcome
from shared.audit.verification.ceremonies import pending_assertions
from shared.audit.verification.findings import FindingKind, Severity, Span
from shared.audit.verification.report import Verdict
from tests.audit.verify.findings import at, counts, found, only, tally, verified
from tests.audit.verify.log_builder import APART, BEGIN, Log, line, new_key
from tests.audit.verify.people import Person
from tests.audit.verify.story import make_story


def test_an_unchanged_log_is_proven() -> None:
    story = make_story()
    report = verified(story.lines, story.old)
    assert report.verdict is Verdict.CONSISTENT
    assert not report.findings
    assert counts(report) == {
        "entries": (27, 27),
        "checkpoints": (5, 5),
        "registrations": (3, 3),
        "sign-ins": (20, 20),
        "personal parts": (25, 25),
        "evidence parts": (23, 23),
    }


def test_the_report_has_the_time_span_of_the_log() -> None:
    story = make_story()
    report = verified(story.lines, story.old)
    assert tally(report, "entries").period == (BEGIN, BEGIN + 26 * APART)
    assert tally(report, "sign-ins").entries == Span(first=3, last=24)
    assert tally(report, "sign-ins").period == (
        BEGIN + 3 * APART,
        BEGIN + 24 * APART,
    )


def test_entries_of_erased_people_are_proven() -> None:
    story = make_story()
    for index in (0, 2, 3, 5, 7):
        story.log.erase(index, "personal")
    report = verified(story.lines, story.old)
    assert report.verdict is Verdict.CONSISTENT
    assert counts(report)["personal parts"] == (25, 20)
    assert counts(report)["entries"] == (27, 27)


def test_without_a_key_nothing_is_proven() -> None:
    report = verified(make_story().lines)
    assert report.verdict is Verdict.NO_KEY
    assert found(report) == [at(FindingKind.NO_KEY)]
    assert counts(report)["entries"] == (27, 0)
    assert counts(report)["checkpoints"] == (5, 0)


def test_without_a_key_a_change_is_still_found() -> None:
    story = make_story()
    notes = story.log.notes()
    story.log.change_leaf(12, lambda leaf: leaf.update(tenant="elsewhere"))
    report = verified(story.log.lines(notes=notes))
    assert report.verdict is Verdict.WRONG
    assert found(report, Severity.WRONG) == [at(FindingKind.ROOT_DIFFERS, 10, 16)]


def test_entries_after_the_last_checkpoint_are_not_sealed() -> None:
    story = make_story()
    index = story.log.sign_in(story.bert, story.bert.credentials[0])
    report = verified(story.lines, story.old)
    assert report.verdict is Verdict.INCOMPLETE
    assert found(report) == [at(FindingKind.NOT_SEALED, index)]
    assert counts(report)["entries"] == (28, 27)


def test_a_file_without_any_checkpoint_proves_nothing() -> None:
    key = new_key()
    assert found(verified(Log(key).lines(), key)) == [at(FindingKind.NOT_SEALED)]
    log = Log(key)
    log.register(Person("anna"))
    assert found(verified(log.lines(), key)) == [at(FindingKind.NOT_SEALED, 0)]


@pytest.mark.parametrize("first", [3, 10, 17, 18, 25, 26])
def test_a_file_may_begin_at_any_entry(first: int) -> None:
    story = make_story()
    report = verified(story.log.lines(first=first), story.old, story.new)
    assert not found(report, Severity.WRONG, Severity.SUSPICIOUS)
    assert counts(report)["entries"] == (27 - first, 27 - first)
    keyless = [index for index in story.sign_ins if index >= first]
    expected = [at(FindingKind.KEY_MISSING, keyless[0], keyless[-1])] if keyless else []
    assert found(report) == expected
    assert report.verdict is (Verdict.INCOMPLETE if keyless else Verdict.CONSISTENT)


def test_a_checkpoint_before_the_file_is_ignored() -> None:
    story = make_story()
    lines = [*story.log.lines(first=25), line({"checkpoint": story.log.notes()[0]})]
    report = verified(lines, story.old, story.new)
    assert only(report).kind is FindingKind.CHECKPOINT_BEFORE
    assert report.verdict is Verdict.CONSISTENT


def test_a_checkpoint_at_the_beginning_of_the_file_is_used() -> None:
    story = make_story()
    lines = [*story.log.lines(first=26), line({"checkpoint": story.log.notes()[3]})]
    report = verified(lines, story.old, story.new)
    assert not report.findings
    assert counts(report)["checkpoints"] == (2, 2)


def test_all_checkpoints_may_be_at_the_end() -> None:
    story = make_story()
    checkpoints = [each for each in story.lines if each.startswith(b'{"checkpoint')]
    others = [each for each in story.lines if each not in checkpoints]
    assert verified([*others, *reversed(checkpoints)], story.old).verdict is Verdict.CONSISTENT


def test_a_late_checkpoint_is_used_in_a_file_from_the_middle() -> None:
    story = make_story()
    lines = story.log.lines(first=11)
    checkpoints = [each for each in lines if each.startswith(b'{"checkpoint')]
    others = [each for each in lines if each not in checkpoints]
    report = verified([*others, *reversed(checkpoints)], story.old, story.new)
    assert counts(report)["entries"] == (16, 16)
    assert counts(report)["checkpoints"] == (3, 3)


def test_a_repeated_entry_is_harmless() -> None:
    story = make_story()
    lines = story.lines
    report = verified([*lines[:9], lines[7], *lines[9:]], story.old)
    assert found(report) == [at(FindingKind.ENTRY_REPEATED, 5)]
    assert report.verdict is Verdict.CONSISTENT
    assert counts(report)["sign-ins"] == (20, 20)


def test_an_entry_may_be_repeated_without_the_person() -> None:
    story = make_story()
    lines = story.lines
    story.log.erase(5, "personal")
    report = verified([*lines[:9], story.log.entry(5), *lines[9:]], story.old)
    assert report.verdict is Verdict.CONSISTENT


def test_a_withheld_assertion_is_missing() -> None:
    story = make_story()
    story.log.erase(story.sign_ins[4], "evidence")
    report = verified(story.lines, story.old)
    assert found(report) == [at(FindingKind.EVIDENCE_MISSING, story.sign_ins[4])]
    assert report.verdict is Verdict.INCOMPLETE
    assert counts(report)["sign-ins"] == (20, 19)


def test_a_success_without_evidence_is_wrong() -> None:
    log, person = Log(new_key()), Person("anna")
    index = log.register(person)
    for kind in (Kind.AUTHENTICATION, Kind.EXTERNAL_MFA, Kind.REGISTRATION):
        log.add(kind, person=person)
    log.add(Kind.AUTHENTICATION, Outcome.FAILURE, person=person)
    log.seal()
    report = verified(log.lines(), log.key)
    assert found(report) == [at(FindingKind.NO_EVIDENCE, index + n) for n in (1, 2, 3)]
    assert report.verdict is Verdict.WRONG


def test_sign_ins_lack_a_key_if_their_registration_is_withheld() -> None:
    story = make_story()
    story.log.erase(1, "evidence")
    report = verified(story.lines, story.old)
    assert found(report) == [
        at(FindingKind.EVIDENCE_MISSING, 1),
        at(FindingKind.KEY_MISSING, story.sign_ins[1], story.sign_ins[-1]),
    ]
    assert counts(report)["sign-ins"] == (20, 10)


def test_a_sign_in_may_be_sealed_before_its_registration() -> None:
    story = make_story()
    key, statements = new_key(), story.log.statements
    log = Log(key)
    log.statements = [statements[3], statements[4], *statements[:3], statements[5]]
    log.seal()
    report = verified(log.lines(), key)
    assert report.verdict is Verdict.CONSISTENT
    assert counts(report)["sign-ins"] == (3, 3)


def test_two_sign_ins_may_be_sealed_in_reverse_order() -> None:
    story = make_story()
    key, statements = new_key(), story.log.statements
    log = Log(key)
    log.statements = [*statements[:4], statements[7], statements[5]]
    log.seal()
    assert verified(log.lines(), key).verdict is Verdict.CONSISTENT


def test_only_a_limited_number_of_sign_ins_waits_for_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pending_assertions, "LIMIT", 2)
    key, anna = new_key(), Person("anna")
    log = Log(key)
    log.register(anna)
    for _ in range(4):
        log.sign_in(anna, anna.credentials[0])
    log.statements.append(log.statements.pop(0))
    log.seal()
    report = verified(log.lines(), key)
    assert found(report) == [at(FindingKind.KEY_MISSING, 0, 2)]
    assert counts(report)["sign-ins"] == (4, 1)
    assert report.verdict is Verdict.INCOMPLETE


def test_an_event_of_another_version_is_not_checked() -> None:
    story = make_story()
    story.log.change_leaf(26, lambda leaf: leaf.update(v=2))
    report = verified(story.lines, story.old)
    assert found(report) == [at(FindingKind.VERSION_UNKNOWN, 26)]
    assert report.verdict is Verdict.INCOMPLETE


def test_an_authenticator_without_a_counter_signs_in_repeatedly() -> None:
    key, anna = new_key(), Person("anna")
    anna.authenticator.sign_count_step = 0
    log = Log(key)
    log.register(anna)
    for _ in range(3):
        log.sign_in(anna, anna.credentials[0])
    log.seal()
    assert verified(log.lines(), key).verdict is Verdict.CONSISTENT
