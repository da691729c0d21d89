"""Event IDs: no ID may be in the log twice, and no event may have two outcomes."""

from array import array
from collections.abc import Iterator
from hashlib import sha256
from itertools import pairwise

from shared.audit.event import Outcome
from shared.audit.verification.findings import FindingKind, Findings, one
from shared.audit.verification.reading import LoggedEvent

_HASH_BYTES = 8
"""An ID has 74 random bits or a clock's time. Two IDs with the same eight bytes of hash are treated
as one."""
_OUTCOMES = tuple(outcome.value for outcome in Outcome)


class Identities:
    """Keeps 17 bytes for each entry."""

    def __init__(self) -> None:
        self._hashes = array("Q")
        self._indexes = array("q")
        self._outcomes = array("B")

    def take(self, event: LoggedEvent) -> None:
        digest = sha256(event.id.encode()).digest()[:_HASH_BYTES]
        self._hashes.append(int.from_bytes(digest))
        self._indexes.append(event.index)
        self._outcomes.append(_number(str(event.leaf["outcome"])))

    def report(self, findings: Findings) -> None:
        """Call this after the last entry."""
        first = dict[int, int]()
        for place in self._repeated():
            before = first.setdefault(self._hashes[place], place)
            if before != place:
                self._compare(before, place, findings)

    def _repeated(self) -> Iterator[int]:
        repeated = {one for one, other in pairwise(sorted(self._hashes)) if one == other}
        return (place for place, digest in enumerate(self._hashes) if digest in repeated)

    def _compare(self, before: int, place: int, findings: Findings) -> None:
        entry, outcomes = self._indexes[before], (self._outcomes[before], self._outcomes[place])
        if outcomes[0] == outcomes[1]:
            text, kind = f"its event ID is that of entry {entry}", FindingKind.EVENT_REPEATED
        else:
            earlier, later = map(_name, outcomes)
            text = f"{later}, where entry {entry} says {earlier} of the same event"
            kind = FindingKind.OUTCOMES_DIFFER
        findings.add(kind, text, one(self._indexes[place]))


def _number(outcome: str) -> int:
    return _OUTCOMES.index(outcome) if outcome in _OUTCOMES else len(_OUTCOMES)


def _name(number: int) -> str:
    return _OUTCOMES[number] if number < len(_OUTCOMES) else "something else"
