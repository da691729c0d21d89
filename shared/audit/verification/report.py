"""The result of a verification."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from shared.audit.verification.findings import Finding, FindingKind, Period, Severity, Span


class Verdict(Enum):
    """The text of the verdict, and the exit status of the command."""

    PROVEN = ("everything is proven", 0)
    WRONG = ("something is wrong", 1)
    INCOMPLETE = ("nothing is wrong, but not everything is proven", 2)
    NO_KEY = ("not proven: no key given", 2)
    CONSISTENT = ("consistent with itself", 3)
    """Everything in the file is proven, but not that it is the newest and only log."""

    def __init__(self, text: str, status: int) -> None:
        self.text = text
        self.status = status


@dataclass(slots=True)
class Tally:
    """How many items of a kind there are, and how many were proven."""

    subject: str
    expected: int = 0
    proven: int = 0
    entries: Span | None = None
    """The range from the first to the last proven entry."""
    period: Period | None = None

    rest: str = "not proven"
    """What the report says of the items that were not proven."""

    def prove(self, entries: Span, count: int = 1) -> None:
        self.proven += count
        self.entries = entries if self.entries is None else self.entries.joined(entries)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    origin: str | None
    """None if the file does not say where it begins."""
    tallies: Sequence[Tally]
    findings: Sequence[Finding]
    """The worst come first."""
    compared: bool = False
    """Whether the log was compared with a checkpoint from before."""
    newest: datetime | None = None
    """When the newest entry that a checkpoint covers happened. Checkpoints themselves have no
    time."""

    @property
    def verdict(self) -> Verdict:
        severities = {finding.kind.severity for finding in self.findings}
        if severities & {Severity.WRONG, Severity.SUSPICIOUS}:
            return Verdict.WRONG
        if FindingKind.NO_KEY in {finding.kind for finding in self.findings}:
            return Verdict.NO_KEY
        if Severity.MISSING in severities:
            return Verdict.INCOMPLETE
        return Verdict.PROVEN if self.compared else Verdict.CONSISTENT
