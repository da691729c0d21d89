"""Findings that need several events of one credential.

Each log here is changed first, and then sealed by the right key.
"""

from collections.abc import Sequence

from shared.audit.verification.findings import FindingKind
from shared.audit.verification.report import Verdict
from tests.audit.verify.findings import Found, at, found, only, verified
from tests.audit.verify.log_builder import Log, new_key
from tests.audit.verify.people import Person
from tests.audit.verify.story import make_story


def _one_person() -> tuple[Log, Person]:
    log, anna = Log(new_key()), Person("anna")
    log.register(anna)
    return log, anna


def _findings(log: Log) -> Sequence[Found]:
    log.seal()
    return found(verified(log.lines(), log.key))


def test_a_lowered_sign_count() -> None:
    log, anna = _one_person()
    for _ in range(3):
        log.sign_in(anna, anna.credentials[0])
    index = log.sign_in(anna, anna.credentials[0], sign_count=3)
    log.seal()
    report = verified(log.lines(), log.key)
    assert found(report) == [at(FindingKind.SIGN_COUNT_FELL, index)]
    assert report.verdict is Verdict.WRONG
    assert only(report).text == "3, where another sign-in had 4"


def test_a_sign_count_lowered_to_zero() -> None:
    log, anna = _one_person()
    index = log.sign_in(anna, anna.credentials[0], sign_count=0)
    assert _findings(log) == [at(FindingKind.SIGN_COUNT_FELL, index)]


def test_a_wrong_clock_of_an_instance_is_not_suspicious() -> None:
    """Its events have later IDs than later events of other instances."""
    log, anna = _one_person()
    log.sign_in(anna, anna.credentials[0], at=90)
    for minute in (5, 6, 7):
        log.sign_in(anna, anna.credentials[0], at=minute)
    assert _findings(log) == []


def test_a_lowered_count_is_found_despite_a_wrong_clock() -> None:
    log, anna = _one_person()
    log.sign_in(anna, anna.credentials[0], at=90)
    for minute in (5, 6):
        log.sign_in(anna, anna.credentials[0], at=minute)
    index = log.sign_in(anna, anna.credentials[0], at=12, sign_count=3)
    assert _findings(log) == [at(FindingKind.SIGN_COUNT_FELL, index)]


def test_a_late_sign_in_with_a_wrong_clock_is_not_suspicious() -> None:
    """Its ID, and so its place in the log, is late by twice the tolerance for clocks."""
    log, anna = _one_person()
    log.sign_in(anna, anna.credentials[0], at=7, sign_count=5)
    log.sign_in(anna, anna.credentials[0], at=10, sign_count=4)
    log.remove(anna, anna.credentials[0])
    log.sign_in(anna, anna.credentials[0], at=16, sign_count=6)
    assert _findings(log) == []


def test_a_repeated_count_is_found_with_any_clock() -> None:
    log, anna = _one_person()
    log.sign_in(anna, anna.credentials[0], at=9)
    index = log.sign_in(anna, anna.credentials[0], at=5, sign_count=2)
    assert _findings(log) == [at(FindingKind.SIGN_COUNT_FELL, index)]


def test_a_sign_in_before_a_removal_may_have_a_later_clock() -> None:
    log, anna = _one_person()
    log.sign_in(anna, anna.credentials[0], at=90)
    log.remove(anna, anna.credentials[0])
    assert _findings(log) == []


def test_one_assertion_for_two_sign_ins() -> None:
    """If an authenticator does not count, nothing else shows it."""
    anna = Person("anna")
    anna.authenticator.sign_count_step = 0
    log = Log(new_key())
    log.register(anna)
    log.sign_in(anna, anna.credentials[0])
    log.sign_in(anna, anna.credentials[0])
    first = log.evidence(1)
    log.change_part(2, "evidence", lambda part: part.update(first), commit=True)
    assert _findings(log) == [at(FindingKind.ASSERTION_REPLAYED, 2)]


def test_a_sign_in_after_its_credential_was_removed() -> None:
    story = make_story()
    anna = story.anna
    index = story.log.sign_in(anna, anna.credentials[1])
    story.log.sign_in(anna, anna.credentials[0])
    story.log.seal(story.new)
    report = verified(story.lines, story.old)
    assert found(report) == [at(FindingKind.USED_AFTER_REMOVAL, index)]
    assert report.verdict is Verdict.WRONG


def test_a_sign_in_before_a_removal_may_be_sealed_after_it() -> None:
    story = make_story()
    statements = story.log.statements
    last = story.sign_ins[-2]
    statements[last], statements[25] = statements[25], statements[last]
    assert verified(story.lines, story.old).verdict is Verdict.CONSISTENT


def test_a_second_registration_under_the_same_credential_id() -> None:
    """A writer of the log could add a key, and then sign in for anybody."""
    log, anna = _one_person()
    thief = Person("anna", handle=anna.handle)
    index = log.register(thief, credential_id=anna.credentials[0])
    assert _findings(log) == [at(FindingKind.REGISTERED_AGAIN, index)]


def test_a_removal_may_be_sealed_after_the_next_registration() -> None:
    """This may happen if very many events waited."""
    log, anna = _one_person()
    credential = anna.credentials[0]
    removal = log.remove(anna, credential)
    again = log.register(anna, credential_id=credential)
    log.sign_in(anna, credential)
    statements = log.statements
    statements[removal], statements[again] = statements[again], statements[removal]
    assert _findings(log) == []
    del statements[again]
    log.seals.clear()
    assert _findings(log) == [at(FindingKind.REGISTERED_AGAIN, removal)]


def test_a_removed_credential_may_be_registered_again() -> None:
    log, anna = _one_person()
    credential = anna.credentials[0]
    log.remove(anna, credential)
    log.register(anna, credential_id=credential)
    log.sign_in(anna, credential)
    assert _findings(log) == []
