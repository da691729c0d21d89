"""Helpers to read a report."""

from collections.abc import Iterable, Sequence

from shared.audit.checkpoint import CheckpointKey
from shared.audit.verification.findings import Finding, FindingKind, Severity
from shared.audit.verification.recheck import verify
from shared.audit.verification.report import Report, Tally
from tests.audit.verify.log_builder import LOG

type Found = tuple[FindingKind, int | None, int | None]


def verified(lines: Iterable[bytes], *keys: CheckpointKey, seen: str | None = None) -> Report:
    return verify(lines, keys=[key.verifier(LOG) for key in keys], seen=seen)


def found(report: Report, *severities: Severity) -> Sequence[Found]:
    """Kind, first and last entry of what is found; of all severities if none is named."""
    return [
        (
            finding.kind,
            finding.entries.first if finding.entries else None,
            finding.entries.last if finding.entries else None,
        )
        for finding in report.findings
        if not severities or finding.kind.severity in severities
    ]


def at(kind: FindingKind, first: int | None = None, last: int | None = None) -> Found:
    return (kind, first, first if last is None else last)


def tally(report: Report, subject: str) -> Tally:
    (named,) = [each for each in report.tallies if each.subject == subject]
    return named


def counts(report: Report) -> dict[str, tuple[int, int]]:
    """How many there are and how many are proven."""
    return {each.subject: (each.expected, each.proven) for each in report.tallies}


def only(report: Report) -> Finding:
    (finding,) = report.findings
    return finding
