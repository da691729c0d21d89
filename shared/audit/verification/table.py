"""A report as a table for people, and as JSON for programs."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from shared.audit.instants import write_instant
from shared.audit.verification.findings import Finding, Period, Span
from shared.audit.verification.report import Report, Tally

_HEADER = ("", "there are", "proven", "entries", "from", "to", "")
_FINDINGS_HEADER = ("", "what", "entries", "from", "to", "")
_NOT_COMPARED = (
    "ATTENTION: this log was not compared with an earlier checkpoint (--seen). It may have been\n"
    "rolled back to an older state, or others may be shown another log."
)


def write_table(report: Report, *, now: datetime) -> str:
    blocks = [f"Log: {ascii(report.origin) if report.origin else 'unknown'}"]
    if report.tallies:
        blocks.append(_align([_HEADER, *map(_tally_cells, report.tallies)]))
    if report.findings:
        blocks.append(_align([_FINDINGS_HEADER, *map(_finding_cells, report.findings)]))
    blocks.append(_newest(report.newest, now))
    if not report.compared:
        blocks.append(_NOT_COMPARED)
    return "\n\n".join([*blocks, f"Verdict: {report.verdict.text}."])


def _newest(newest: datetime | None, now: datetime) -> str:
    if newest is None:
        return "Newest checkpoint: none that covers an entry of this file."
    return f"Newest checkpoint: its last entry is from {_show(newest)}, {_ago(now - newest)}."


def _ago(age: timedelta) -> str:
    if age < timedelta():
        return "which is in the future"
    hours, minutes = divmod(age // timedelta(minutes=1), 60)
    days, hours = divmod(hours, 24)
    return f"{days} days, {hours} hours and {minutes} minutes ago"


def _tally_cells(tally: Tally) -> Sequence[str]:
    counts = (str(tally.expected), str(tally.proven))
    rest = tally.expected - tally.proven
    note = f"{rest} {tally.rest}" if rest else ""
    return (tally.subject, *counts, *_where(tally.entries, tally.period), note)


def _finding_cells(finding: Finding) -> Sequence[str]:
    kind = finding.kind
    text = finding.text if finding.count == 1 else f"{finding.text} ({finding.count} times)"
    return (kind.severity.upper(), kind.value, *_where(finding.entries, finding.period), text)


def _where(entries: Span | None, period: Period | None) -> Sequence[str]:
    instants = (_show(period[0]), _show(period[1])) if period else ("", "")
    return (str(entries) if entries else "", *instants)


def _show(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%SZ")


def _align(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def describe(report: Report) -> dict[str, Any]:
    """The report as JSON."""
    return {
        "origin": report.origin,
        "verdict": report.verdict.name.lower().replace("_", "-"),
        "comparedWithKept": report.compared,
        "newestSealedAt": write_instant(report.newest) if report.newest else None,
        "tallies": [_describe_tally(tally) for tally in report.tallies],
        "findings": [_describe_finding(finding) for finding in report.findings],
    }


def _describe_tally(tally: Tally) -> dict[str, Any]:
    counts = {"subject": tally.subject, "expected": tally.expected, "proven": tally.proven}
    return counts | _describe_where(tally.entries, tally.period)


def _describe_finding(finding: Finding) -> dict[str, Any]:
    what = {"kind": finding.kind.value, "severity": finding.kind.severity.value}
    details = {"text": finding.text, "count": finding.count}
    return what | details | _describe_where(finding.entries, finding.period)


def _describe_where(entries: Span | None, period: Period | None) -> dict[str, Any]:
    where: dict[str, Any] = {}
    if entries:
        where |= {"first": entries.first, "last": entries.last}
    if period:
        where |= {"from": write_instant(period[0]), "to": write_instant(period[1])}
    return where
