"""What verification finds. The severity of each kind decides the verdict."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

LISTED = 100
"""The most findings of one kind that are listed; later ones are counted with the last one."""


class Severity(StrEnum):
    WRONG = "wrong"
    """No honest handling of the log or the file explains it."""
    SUSPICIOUS = "suspicious"
    """The event is recorded and unchanged, but it should not have happened."""
    MISSING = "missing"
    """Something that a proof needs is missing."""
    HARMLESS = "harmless"


class FindingKind(StrEnum):
    LINE_MALFORMED = "line malformed"
    ENTRY_MALFORMED = "entry malformed"
    ENTRY_CHANGED = "entry changed"
    ENTRY_OUT_OF_ORDER = "entry out of order"
    ENTRIES_MISSING = "entries missing"
    CUT_OFF = "rolled back or cut off"
    ROOT_DIFFERS = "entries changed"
    FORKED = "two histories"
    FOREIGN_CHECKPOINT = "checkpoint of another log"
    UNTRUSTED_CHECKPOINT = "checkpoint not trusted"
    ROLLED_BACK = "rolled back"
    REWRITTEN = "rewritten"
    EVENT_REPEATED = "event repeated"
    OUTCOMES_DIFFER = "two outcomes of one event"
    PART_CHANGED = "part changed"
    EVIDENCE_MALFORMED = "evidence malformed"
    EVIDENCE_DIFFERS = "evidence differs"
    NO_EVIDENCE = "no evidence"
    SIGNATURE_INVALID = "signature invalid"
    KEY_UNKNOWN = "key never registered"
    ASSERTION_REPLAYED = "assertion replayed"
    REGISTERED_AGAIN = "registered again"
    SIGN_COUNT_FELL = "sign count fell"
    USED_AFTER_REMOVAL = "used after removal"
    KEY_NOT_INTRODUCED = "new key not introduced"
    NO_KEY = "no key given"
    NOT_SEALED = "not sealed yet"
    SEEN_NOT_COMPARABLE = "kept checkpoint not comparable"
    VERSION_UNKNOWN = "version unknown"
    EVIDENCE_MISSING = "evidence missing"
    KEY_MISSING = "key not in this file"
    ENTRY_REPEATED = "entry repeated"
    SIGN_COUNT_LET_IN = "sign count fell, as the log says"
    CHECKPOINT_BEFORE = "checkpoint before this file"

    @property
    def severity(self) -> Severity:
        return _SEVERITIES.get(self, Severity.WRONG)


_SEVERITIES = {
    FindingKind.REGISTERED_AGAIN: Severity.SUSPICIOUS,
    FindingKind.SIGN_COUNT_FELL: Severity.SUSPICIOUS,
    FindingKind.USED_AFTER_REMOVAL: Severity.SUSPICIOUS,
    FindingKind.KEY_NOT_INTRODUCED: Severity.SUSPICIOUS,
    FindingKind.NO_KEY: Severity.MISSING,
    FindingKind.NOT_SEALED: Severity.MISSING,
    FindingKind.SEEN_NOT_COMPARABLE: Severity.MISSING,
    FindingKind.VERSION_UNKNOWN: Severity.MISSING,
    FindingKind.EVIDENCE_MISSING: Severity.MISSING,
    FindingKind.KEY_MISSING: Severity.MISSING,
    FindingKind.ENTRY_REPEATED: Severity.HARMLESS,
    FindingKind.SIGN_COUNT_LET_IN: Severity.HARMLESS,
    FindingKind.CHECKPOINT_BEFORE: Severity.HARMLESS,
}
_LISTED_SINGLY = {Severity.WRONG, Severity.SUSPICIOUS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A range of entries, both ends included."""

    first: int
    last: int

    def joined(self, other: "Span") -> "Span":
        return Span(first=min(self.first, other.first), last=max(self.last, other.last))

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first} to {self.last}"


type Period = tuple[datetime, datetime]
"""The earliest and the latest instant of some entries."""


def one(index: int) -> Span:
    return Span(first=index, last=index)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    kind: FindingKind
    text: str
    """The text of the first finding, if this one stands for several."""
    entries: Span | None = None
    count: int = 1
    period: Period | None = None

    def joined(self, other: "Finding") -> "Finding":
        spans = [span for span in (self.entries, other.entries) if span]
        entries = spans[0].joined(spans[-1]) if spans else None
        return replace(self, entries=entries, count=self.count + other.count)


class Findings:
    """Collects findings in bounded memory."""

    def __init__(self) -> None:
        self._listed: dict[FindingKind, list[Finding]] = {}

    def add(self, kind: FindingKind, text: str, entries: Span | None = None) -> None:
        found = Finding(kind=kind, text=text, entries=entries)
        listed = self._listed.setdefault(kind, [])
        singly = kind.severity in _LISTED_SINGLY and len(listed) < LISTED
        if singly or not listed:
            listed.append(found)
        else:
            listed[-1] = listed[-1].joined(found)

    def __iter__(self) -> Iterator[Finding]:
        """Yield the worst findings first."""
        for severity in Severity:
            for kind, listed in self._listed.items():
                if kind.severity is severity:
                    yield from listed
