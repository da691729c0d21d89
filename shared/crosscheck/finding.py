"""A difference between tables and log."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.crosscheck.recorded import Record
from shared.crosscheck.step import Step, Thing
from shared.crosscheck.stored import person


@dataclass(frozen=True, slots=True)
class Finding:
    text: str
    thing: Thing
    """The thing that differs."""
    people: frozenset[str] = frozenset()
    """The people in whose partitions the difference is."""


def make_finding(text: str, thing: Thing, *handles: str) -> Finding:
    return Finding(text, thing, frozenset(person(handle) for handle in handles if handle))


def things_of(record: Record, sort: str) -> Iterable[Thing]:
    return [thing for thing in record.things if thing[0] == sort]


def is_there(record: Record, thing: Thing) -> bool:
    """Counts begins and ends, as it is not always known which of two events was later."""
    return len(record.of(thing, Step.BEGAN)) > len(record.of(thing, Step.ENDED))
