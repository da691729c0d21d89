"""The traces of recording events: pending events, events beside changes, and tombstones."""

from collections.abc import Iterator
from itertools import chain

from shared.audit.event import Outcome
from shared.crosscheck.recorded import Record
from shared.crosscheck.stored import Beside, Stored

WAITS_TOO_LONG = 10
"""Minutes: five times as long as an event takes to settle."""


def traces_left(stored: Stored, record: Record) -> Iterator[str]:
    """Traces that should not exist."""
    return chain(_waiting(stored), _beside(stored, record), _repeated(record))


def _waiting(stored: Stored) -> Iterator[str]:
    for place in stored.unreadable:
        yield f"a row in {place} cannot be read"
    for index in stored.misfiled:
        yield f"entry {index} differs from its search columns"
    for each in stored.waiting.values():
        if not each.authentic:
            yield f"event {each.event_id} is pending, and the service did not record it"
        elif each.minutes >= WAITS_TOO_LONG:
            yield f"event {each.event_id} has waited for {each.minutes} minutes to be sealed"


def _beside(stored: Stored, record: Record) -> Iterator[str]:
    for each in stored.beside:
        which = f"{each.event_id} in {each.place}"
        if each.leaf is None:
            yield from _of_tombstone(each, which, stored, record)
        elif not each.authentic:
            yield f"event {which} is stored, and the service did not record it"
        elif not each.new and not has_notice(each, stored):
            yield f"event {which} will never be sealed, because its notice is missing"


def _of_tombstone(beside: Beside, which: str, stored: Stored, record: Record) -> Iterator[str]:
    """An attempt that was given up may be withdrawn before it is sealed. Then only its mark is
    left."""
    outcome = record.outcome(beside.event_id)
    is_marked = (beside.event_id, beside.place) in stored.marks
    if outcome is Outcome.SUCCESS:
        yield f"tombstone {which} has an attempt that succeeded"
    elif outcome is None and not has_notice(beside, stored) and not is_marked:
        yield f"tombstone {which} has no known attempt"
    if not is_marked and not beside.new:
        yield f"tombstone {which} will never be removed, because its mark is missing"


def has_notice(beside: Beside, stored: Stored) -> bool:
    return beside.event_id in stored.waiting


def _repeated(record: Record) -> Iterator[str]:
    for event_id in record.repeated:
        yield f"event {event_id} is in the log twice"
