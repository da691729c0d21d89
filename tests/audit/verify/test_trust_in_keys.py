"""Trusted keys are those that the auditor gave, and those that a trusted key introduces."""

from itertools import pairwise

import pytest

from shared.audit.checkpoint import InvalidCheckpoint, open_checkpoint
from shared.audit.event import Kind
from shared.audit.key_introduction import introduce, read_introduction
from shared.audit.verification.findings import FindingKind, Severity
from shared.audit.verification.report import Verdict
from tests.audit.verify.findings import at, counts, found, verified
from tests.audit.verify.log_builder import LOG, Log, Seal, line, new_key, vkey
from tests.audit.verify.story import make_story


def test_a_new_key_is_trusted_by_its_introduction_in_the_log() -> None:
    story = make_story()
    assert verified(story.lines, story.old).verdict is Verdict.CONSISTENT


def test_trust_goes_from_key_to_key() -> None:
    keys = [new_key() for _ in range(4)]
    log = Log(keys[0])
    for old, new in pairwise(keys):
        log.rotate(new, by=old)
        log.seal(old)
        log.seal(new)
    assert verified(log.lines(), keys[0]).verdict is Verdict.CONSISTENT
    lines = [each for each in log.lines() if not each.startswith(b'{"checkpoint')]
    late = [line({"checkpoint": note}) for note in reversed(log.notes())]
    assert counts(verified([*lines, *late], keys[0]))["checkpoints"] == (6, 6)


def test_an_introducing_key_may_itself_be_introduced_later() -> None:
    first, second, third = new_key(), new_key(), new_key()
    log = Log(first)
    log.rotate(second)
    log.rotate(third, by=second)
    log.statements.reverse()
    log.seal(first)
    log.add(Kind.AUDIT_READ)
    log.seal(third)
    assert found(verified(log.lines(), first)) == []


def test_an_entry_sealed_by_no_trusted_key_introduces_no_key() -> None:
    story = make_story()
    story.log.seals = [Seal(10, (story.old,)), Seal(17, (story.new,))]
    report = verified(story.lines, story.old)
    assert at(FindingKind.UNTRUSTED_CHECKPOINT, 10, 16) in found(report)
    assert counts(report)["entries"] == (27, 10)
    checkpoints = [line({"checkpoint": note}) for note in story.log.notes()]
    entries = [each for each in story.lines if each not in checkpoints]
    late = verified([*entries, *checkpoints], story.old)
    assert counts(late)["entries"] == (27, 10)


def test_the_new_key_alone_is_enough_for_its_checkpoints() -> None:
    story = make_story()
    report = verified(story.lines, story.new)
    assert counts(report)["entries"] == (27, 27)
    assert found(report) == [at(FindingKind.UNTRUSTED_CHECKPOINT)]


def test_an_event_alone_introduces_no_key() -> None:
    """A writer to the tables could have one sealed. Earlier, the service itself did so."""
    old, new = new_key(), new_key()
    log = Log(old)
    index = log.add(Kind.SIGNING_KEY_ROTATED, facts={"key": "checkpoint", "verifier": vkey(new)})
    log.seal(old)
    log.add(Kind.AUDIT_READ)
    log.seal(new)
    report = verified(log.lines(), old)
    assert found(report) == [
        at(FindingKind.UNTRUSTED_CHECKPOINT, 1),
        at(FindingKind.KEY_NOT_INTRODUCED, index),
    ]
    assert report.verdict is Verdict.WRONG
    assert vkey(new) in report.findings[1].text
    assert not found(verified(log.lines(), old, new))  # the auditor got both by another way


def test_an_introduction_needs_signatures_of_the_known_and_the_new_key() -> None:
    old, new, eve = new_key(), new_key(), new_key()
    honest = introduce(new, origin=LOG, by=[old])
    text, _, signatures = honest.rpartition("\n\n")
    by_old, by_new = signatures.splitlines(keepends=True)
    others = introduce(new, origin=f"{LOG}/other", by=[old])
    for note in (
        introduce(new, origin=LOG, by=[]),
        introduce(new, origin=LOG, by=[eve]),
        introduce(eve, origin=LOG, by=[old]),
        others,
        f"{text}\n\n{by_old}",
        f"{text}\n\n{by_new}",
        f"{text}\nmore\n\n{signatures}",
        honest.replace(" v1", " v2"),
        "",
    ):
        log = Log(old)
        facts = {"key": "checkpoint", "verifier": vkey(new), "introduction": note}
        index = log.add(Kind.SIGNING_KEY_ROTATED, facts=facts)
        log.seal(old)
        assert found(verified(log.lines(), old)) == [at(FindingKind.KEY_NOT_INTRODUCED, index)]
        log.add(Kind.AUDIT_READ)
        log.seal(new)
        assert counts(verified(log.lines(), old))["entries"] == (2, 1)


def test_an_introduction_is_no_checkpoint_and_a_checkpoint_no_introduction() -> None:
    old, new = new_key(), new_key()
    with pytest.raises(InvalidCheckpoint):
        open_checkpoint(introduce(new, origin=LOG, by=[old]), [old.verifier(LOG)])
    log = Log(old)
    log.add(Kind.AUDIT_READ)
    with pytest.raises(InvalidCheckpoint):
        read_introduction(log.note(Seal(1, (old,))), origin=LOG, trusted=[old.verifier(LOG)])


def test_a_key_does_not_introduce_itself() -> None:
    key = new_key()
    note = introduce(key, origin=LOG, by=[key])
    with pytest.raises(InvalidCheckpoint, match="no known key"):
        read_introduction(note, origin=LOG, trusted=[key.verifier(LOG)])


def test_only_a_rotation_that_happened_introduces_a_key() -> None:
    for facts in ({"key": "signing"}, {"key": "checkpoint", "verifier": "broken"}, {}):
        old, new = new_key(), new_key()
        log = Log(old)
        given = {"verifier": vkey(new), "introduction": introduce(new, origin=LOG, by=[old])}
        log.add(Kind.SIGNING_KEY_ROTATED, facts=given | facts)
        log.seal(old)
        log.add(Kind.AUDIT_READ)
        log.seal(new)
        report = verified(log.lines(), old)
        kinds = {kind for kind, *_ in found(report, Severity.WRONG)}
        assert FindingKind.UNTRUSTED_CHECKPOINT in kinds
        assert (FindingKind.ENTRY_MALFORMED in kinds) is (facts.get("verifier") == "broken")


def test_another_log_cannot_introduce_a_key() -> None:
    old, new = new_key(), new_key()
    log = Log(old)
    note = introduce(new, origin="touchstone.example/other", by=[old])
    facts = {"key": "checkpoint", "verifier": vkey(new, "touchstone.example/other")}
    facts |= {"introduction": note}
    log.add(Kind.SIGNING_KEY_ROTATED, facts=facts)
    log.seal(old)
    log.seal(new)
    assert FindingKind.UNTRUSTED_CHECKPOINT in {
        kind for kind, *_ in found(verified(log.lines(), old))
    }


def test_an_entry_with_a_repeated_number_cannot_introduce_a_key() -> None:
    story, forger = make_story(), new_key()
    forged = story.log.copy()
    forged.statements = story.log.statements[:11]
    forged.rotate(forger, by=story.old)
    lines = story.lines
    lines.insert(lines.index(story.log.entry(11)) + 1, forged.entry(11))
    note = forged.note(Seal(12, (forger,)))
    report = verified([*lines, line({"checkpoint": note})], story.old, story.new)
    findings = found(report)
    assert at(FindingKind.ENTRY_CHANGED, 11) in findings
    assert FindingKind.UNTRUSTED_CHECKPOINT in {kind for kind, *_ in findings}


def test_an_entry_before_the_file_cannot_introduce_a_key() -> None:
    story, forger = make_story(), new_key()
    forged = Log(forger)
    forged.rotate(forger)
    lines = story.log.lines(first=11)
    lines.insert(1, forged.entry(0))
    note = story.log.note(Seal(25, (forger,)))
    report = verified([*lines, line({"checkpoint": note})], story.old, story.new)
    findings = found(report)
    assert at(FindingKind.ENTRY_OUT_OF_ORDER, 0) in findings
    assert FindingKind.UNTRUSTED_CHECKPOINT in {kind for kind, *_ in findings}


def test_a_log_that_continues_a_kept_checkpoint_is_proven() -> None:
    story = make_story()
    for note in story.log.notes():
        assert verified(story.lines, story.old, seen=note).verdict is Verdict.PROVEN


def test_a_log_that_is_shorter_than_a_kept_checkpoint_was_rolled_back() -> None:
    story = make_story()
    kept = story.log.notes()[-1]
    rolled_back = story.log.copy()
    del rolled_back.statements[17:], rolled_back.seals[3:]
    assert verified(rolled_back.lines(), story.old).verdict is Verdict.CONSISTENT
    report = verified(rolled_back.lines(), story.old, seen=kept)
    assert found(report) == [at(FindingKind.ROLLED_BACK, 17, 26)]
    assert report.verdict is Verdict.WRONG


def test_a_log_with_another_root_than_the_kept_checkpoint_was_rewritten() -> None:
    story = make_story()
    kept = story.log.notes()[1]
    story.log.change_leaf(9, lambda leaf: leaf.update(reason="another"))
    report = verified(story.log.lines(), story.old, seen=kept)
    assert found(report) == [at(FindingKind.REWRITTEN, 0, 9)]


def test_a_kept_checkpoint_needs_the_signature_of_a_trusted_key() -> None:
    story = make_story()
    kept = story.log.note(Seal(10, (new_key(),)))
    report = verified(story.lines, story.old, seen=kept)
    assert found(report) == [at(FindingKind.UNTRUSTED_CHECKPOINT)]


def test_a_kept_checkpoint_of_another_log_is_reported() -> None:
    story = make_story()
    kept = story.log.note(Seal(10, (story.old,), origin=f"{LOG}/other"))
    report = verified(story.lines, story.old, seen=kept)
    assert found(report) == [at(FindingKind.FOREIGN_CHECKPOINT)]


def test_a_kept_checkpoint_before_the_file_proves_nothing() -> None:
    story = make_story()
    report = verified(story.log.lines(first=26), story.new, seen=story.log.notes()[3])
    assert found(report) == []
    report = verified(story.log.lines(first=26), story.old, story.new, seen=story.log.notes()[0])
    assert found(report) == [at(FindingKind.SEEN_NOT_COMPARABLE)]
    assert report.verdict is Verdict.INCOMPLETE


def test_a_kept_checkpoint_is_compared_even_without_a_key() -> None:
    story = make_story()
    kept = story.log.notes()[1]
    story.log.change_leaf(9, lambda leaf: leaf.update(reason="another"))
    report = verified(story.log.lines(), seen=kept)
    assert found(report, Severity.WRONG) == [at(FindingKind.REWRITTEN, 0, 9)]
