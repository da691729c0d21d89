"""Each change of a sealed log is found, with the changed entries."""

from collections.abc import Sequence
from dataclasses import replace

from shared.audit.event import Kind
from shared.audit.statement import Statement, write_json
from shared.audit.verification.findings import FindingKind, Severity
from shared.audit.verification.report import Report, Verdict
from tests.audit.verify.findings import Found, at, counts, found, verified
from tests.audit.verify.log_builder import Log, Seal, line, new_key
from tests.audit.verify.people import Person
from tests.audit.verify.story import Story, make_story


def _findings(story: Story, lines: Sequence[bytes]) -> Sequence[Found]:
    """Both keys are known, so that no finding is only about trust."""
    report = verified(lines, story.old, story.new)
    assert report.verdict is Verdict.WRONG
    return found(report)


def _as_sealed(story: Story) -> list[str]:
    """The checkpoints before the change."""
    return story.log.notes()


def _entry_line(lines: Sequence[bytes], index: int) -> int:
    start = f'{{"entry": {{"index": {index},'.encode()
    (number,) = [number for number, each in enumerate(lines) if each.startswith(start)]
    return number


def test_a_changed_byte_in_a_leaf() -> None:
    story = make_story()
    notes = _as_sealed(story)
    story.log.change_leaf(26, lambda leaf: leaf.update(kind="audit.reaD"))
    assert _findings(story, story.log.lines(notes=notes)) == [at(FindingKind.ROOT_DIFFERS, 26)]


def test_a_change_is_located_between_two_checkpoints() -> None:
    story = make_story()
    notes = _as_sealed(story)
    story.log.change_leaf(12, lambda leaf: leaf.update(tenant="elsewhere"))
    report = verified(story.log.lines(notes=notes), story.old, story.new)
    assert found(report) == [at(FindingKind.ROOT_DIFFERS, 10, 16)]
    assert counts(report)["entries"] == (27, 10)
    assert counts(report)["checkpoints"] == (5, 2)


def test_a_change_before_the_first_checkpoint() -> None:
    story = make_story()
    notes = _as_sealed(story)
    story.log.change_leaf(0, lambda leaf: leaf.update(tenant="elsewhere"))
    assert at(FindingKind.ROOT_DIFFERS, 0, 2) in _findings(story, story.log.lines(notes=notes))


def test_a_false_frontier() -> None:
    story = make_story()
    lines = story.log.lines(first=11)
    other = make_story().log.lines(first=11)
    findings = _findings(story, [other[0], *lines[1:]])
    assert at(FindingKind.ROOT_DIFFERS, 11, 16) in findings


def test_a_changed_personal_part() -> None:
    story = make_story()
    story.log.change_part(5, "personal", lambda part: part.update(actorName="eve"), commit=False)
    assert _findings(story, story.lines) == [at(FindingKind.PART_CHANGED, 5)]


def test_an_added_personal_part() -> None:
    story = make_story()
    added = story.log.statements[0].personal
    assert added is not None
    statement = story.log.statements[26]
    story.log.statements[26] = Statement(leaf=statement.leaf, personal=added)
    assert _findings(story, story.lines) == [at(FindingKind.PART_CHANGED, 26)]


def test_changed_evidence() -> None:
    story = make_story()
    signature = story.log.evidence(story.sign_ins[1])["signature"]
    index = story.sign_ins[3]
    story.log.change_part(
        index, "evidence", lambda part: part.update(signature=signature), commit=False
    )
    assert _findings(story, story.lines) == [
        at(FindingKind.PART_CHANGED, index),
        at(FindingKind.SIGNATURE_INVALID, index),
    ]


def test_changed_evidence_with_a_new_commitment() -> None:
    story = make_story()
    notes = _as_sealed(story)
    signature = story.log.evidence(story.sign_ins[1])["signature"]
    index = story.sign_ins[3]
    story.log.change_part(
        index, "evidence", lambda part: part.update(signature=signature), commit=True
    )
    assert _findings(story, story.log.lines(notes=notes)) == [
        at(FindingKind.SIGNATURE_INVALID, index),
        at(FindingKind.ROOT_DIFFERS, 3, 9),
    ]


def test_an_entry_taken_out_of_the_middle() -> None:
    story = make_story()
    lines = story.lines
    del lines[_entry_line(lines, 12)]
    report = verified(lines, story.old, story.new)
    assert found(report) == [at(FindingKind.ENTRIES_MISSING, 12)]
    assert report.verdict is Verdict.WRONG
    assert counts(report)["entries"] == (26, 10)


def test_an_entry_taken_out_and_the_rest_renumbered() -> None:
    story = make_story()
    notes = _as_sealed(story)
    del story.log.statements[12]
    lines = [*story.log.lines(notes=notes), line({"checkpoint": notes[-1]})]
    assert at(FindingKind.ROOT_DIFFERS, 10, 16) in _findings(story, lines)


def test_entries_taken_from_the_beginning() -> None:
    story = make_story()
    lines = story.lines
    del lines[1:3]
    assert at(FindingKind.ENTRIES_MISSING, 0, 1) in _findings(story, lines)


def test_entries_taken_from_the_end() -> None:
    story = make_story()
    lines = story.lines
    kept = [each for number, each in enumerate(lines) if number < _entry_line(lines, 24)]
    checkpoint = [line({"checkpoint": note}) for note in _as_sealed(story)[-2:]]
    assert _findings(story, [*kept, *checkpoint]) == [at(FindingKind.CUT_OFF, 24, 26)]


def test_an_added_entry() -> None:
    story = make_story()
    notes = _as_sealed(story)
    story.log.statements.insert(13, make_story().log.statements[26])
    lines = story.log.lines(notes=notes)
    assert at(FindingKind.ROOT_DIFFERS, 10, 16) in _findings(story, lines)


def test_an_added_entry_with_the_number_of_another() -> None:
    story = make_story()
    lines = story.lines
    place = _entry_line(lines, 13)
    forged = make_story().log.entry(13)
    after = _findings(story, [*lines[: place + 1], forged, *lines[place + 1 :]])
    assert after == [at(FindingKind.ENTRY_CHANGED, 13)]
    before = _findings(story, [*lines[:place], forged, *lines[place:]])
    assert at(FindingKind.ENTRY_CHANGED, 13) in before
    assert at(FindingKind.ROOT_DIFFERS, 10, 16) in before


def test_two_lines_in_the_wrong_order() -> None:
    story = make_story()
    lines = story.lines
    place = _entry_line(lines, 12)
    lines[place : place + 2] = [lines[place + 1], lines[place]]
    assert at(FindingKind.ENTRY_OUT_OF_ORDER, 12) in _findings(story, lines)


def test_two_entries_that_changed_places() -> None:
    story = make_story()
    notes = _as_sealed(story)
    statements = story.log.statements
    statements[12], statements[13] = statements[13], statements[12]
    assert _findings(story, story.log.lines(notes=notes)) == [at(FindingKind.ROOT_DIFFERS, 10, 16)]


def test_a_checkpoint_that_no_trusted_key_has_signed() -> None:
    story = make_story()
    story.log.seals[-1] = Seal(27, (new_key(),))
    report = verified(story.lines, story.old)
    assert found(report) == [at(FindingKind.UNTRUSTED_CHECKPOINT, 26)]
    assert report.verdict is Verdict.WRONG
    assert counts(report)["entries"] == (27, 26)


def test_a_checkpoint_that_was_changed_after_it_was_signed() -> None:
    story = make_story()
    notes = _as_sealed(story)
    notes[-1] = notes[-1].replace("\n27\n", "\n26\n")
    assert at(FindingKind.UNTRUSTED_CHECKPOINT) in _findings(story, story.log.lines(notes=notes))


def test_a_checkpoint_of_another_log() -> None:
    story = make_story()
    story.log.seals[-1] = Seal(27, (story.new,), origin="touchstone.example/other")
    report = verified(story.lines, story.old)
    assert found(report, Severity.WRONG) == [at(FindingKind.FOREIGN_CHECKPOINT)]


def test_a_signed_checkpoint_of_another_history() -> None:
    """The signer may show different histories to different people."""
    story = make_story()
    shown = make_story().log.note(Seal(17, (story.old,)))
    lines = [*story.lines, line({"checkpoint": shown})]
    report = verified(lines, story.old)
    assert found(report) == [at(FindingKind.FORKED)]
    assert counts(report)["entries"] == (27, 27)


def test_a_history_that_was_rewritten_completely() -> None:
    story, forger = make_story(), new_key()
    forged = story.log.copy()
    del forged.statements[12:14]
    forged.seals = [Seal(3, (forger,)), Seal(25, (forger,))]
    report = verified(forged.lines(), story.old)
    assert found(report) == [at(FindingKind.UNTRUSTED_CHECKPOINT, 0, 24)]
    assert counts(report)["entries"] == (25, 0)


def test_a_rewritten_history_cannot_introduce_its_own_key() -> None:
    story, forger = make_story(), new_key()
    forged = Log(forger)
    forged.rotate(forger)
    forged.register(Person("eve"))
    forged.seal(forger)
    assert _findings(story, forged.lines()) == [at(FindingKind.UNTRUSTED_CHECKPOINT, 0, 1)]


def test_a_sign_in_with_a_key_that_was_never_registered() -> None:
    """A row that was added without the service signs in, and the service does not notice."""
    log, eve = Log(new_key()), Person("eve")
    Log(new_key()).register(eve)
    log.register(Person("anna"))
    index = log.sign_in(eve, eve.credentials[0])
    log.seal()
    report = verified(log.lines(), log.key)
    assert found(report) == [at(FindingKind.KEY_UNKNOWN, index)]
    assert report.verdict is Verdict.WRONG
    report = verified(log.lines(first=1), log.key)  # it may have been registered before
    assert found(report) == [at(FindingKind.KEY_MISSING, index)]
    assert report.verdict is Verdict.INCOMPLETE


def test_a_refused_registration_does_not_register_a_key() -> None:
    log, eve = Log(new_key()), Person("eve")
    log.register(eve)
    log.change_leaf(0, lambda leaf: leaf.update(outcome="failure"))
    index = log.sign_in(eve, eve.credentials[0])
    assert found(_sealed(log)) == [at(FindingKind.KEY_UNKNOWN, index)]


def test_an_event_that_is_in_the_log_twice() -> None:
    log = Log(new_key())
    for person in (Person("anna"), Person("bert")):
        log.register(person)
    log.statements.append(log.statements[0])
    log.statements[2] = _repeated(log.statements[0])
    report = _sealed(log)
    assert at(FindingKind.EVENT_REPEATED, 2) in found(report, Severity.WRONG)
    (finding,) = [each for each in report.findings if each.kind is FindingKind.EVENT_REPEATED]
    assert finding.text == "its event ID is that of entry 0"


def test_one_event_with_two_outcomes() -> None:
    log = Log(new_key())
    for kind in (Kind.AUDIT_READ, Kind.CREDENTIAL_RENAMED, Kind.AUDIT_READ):
        log.add(kind)
    log.statements.append(_repeated(log.statements[1], outcome="failure", reason="not_found"))
    report = _sealed(log)
    assert found(report) == [at(FindingKind.OUTCOMES_DIFFER, 3)]
    assert report.verdict is Verdict.WRONG
    (finding,) = report.findings
    assert finding.text == "failure, where entry 1 says success of the same event"


def test_two_outcomes_are_found_at_any_distance() -> None:
    log = Log(new_key())
    for _ in range(300):
        log.add(Kind.AUDIT_READ)
    log.statements.append(_repeated(log.statements[0], outcome="attempted"))
    assert found(_sealed(log)) == [at(FindingKind.OUTCOMES_DIFFER, 300)]


def _repeated(statement: Statement, **members: str) -> Statement:
    return replace(statement, leaf=write_json(statement.read() | members | {"rpId": "again"}))


def _sealed(log: Log) -> Report:
    log.seal()
    return verified(log.lines(), log.key)
