"""The log that most tests use."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.audit.checkpoint import CheckpointKey
from shared.audit.event import Kind, Outcome
from tests.audit.verify.log_builder import Log, new_key
from tests.audit.verify.people import Person


@dataclass(frozen=True)
class Story:
    """Two people, three registrations, twenty sign-ins, one removal, and a new key at work."""

    log: Log
    old: CheckpointKey
    new: CheckpointKey
    anna: Person
    bert: Person
    sign_ins: Sequence[int]
    rotation: int
    removal: int

    @property
    def lines(self) -> list[bytes]:
        return self.log.lines()


def make_story() -> Story:
    old, new, anna, bert = new_key(), new_key(), Person("anna"), Person("bert")
    log, sign_ins = Log(old), list[int]()

    def sign_in(times: int) -> None:
        for _ in range(times):
            sign_ins.append(log.sign_in(anna, anna.credentials[len(sign_ins) // 2 % 2]))
            sign_ins.append(log.sign_in(bert, bert.credentials[0]))

    for person in (anna, bert, anna):
        log.register(person)
    log.seal()
    sign_in(3)
    log.add(Kind.AUTHENTICATION, Outcome.FAILURE, person=bert, reason="challenge_unknown")
    log.seal()
    rotation = log.rotate(new)
    sign_in(3)
    log.seal(old, new)
    sign_in(4)
    removal = log.remove(anna, anna.credentials[1])
    log.seal(new)
    log.add(Kind.AUDIT_READ)
    log.seal(new)
    return Story(log, old, new, anna, bert, sign_ins, rotation, removal)
