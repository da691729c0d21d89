"""Verifies a file, line by line."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from shared.audit.checkpoint import Verifier
from shared.audit.event import VERSION
from shared.audit.log_entry import LogEntry
from shared.audit.merkle import leaf_hash
from shared.audit.verification.ceremonies.credentials import Credentials
from shared.audit.verification.checkpoints import Checkpoints
from shared.audit.verification.findings import FindingKind, Findings, Span, one
from shared.audit.verification.identities import Identities
from shared.audit.verification.ledger import Arrival, Ledger
from shared.audit.verification.parts import Parts
from shared.audit.verification.reading import (
    Head,
    LoggedEvent,
    Malformed,
    Note,
    read_event,
    read_line,
)
from shared.audit.verification.report import Report, Tally
from shared.audit.verification.tree import Tree
from shared.audit.verification.trusted_checkpoint import TrustedCheckpoint, read_kept


def verify(
    lines: Iterable[bytes], *, keys: Sequence[Verifier] = (), seen: str | None = None
) -> Report:
    """`seen` is a checkpoint that was kept earlier. Raises Malformed if it is not a checkpoint."""
    kept = None if seen is None else read_kept(seen)
    numbered = enumerate(lines, 1)
    head = _read_head(next(numbered, (1, b""))[1])
    if head is None:
        findings = Findings()
        findings.add(FindingKind.LINE_MALFORMED, "line 1 does not say where the log begins")
        return Report(origin=None, tallies=(), findings=tuple(findings))
    recheck = Recheck(head, keys)
    for number, line in numbered:
        recheck.take(number, line)
    recheck.settle()
    if kept is not None:
        recheck.compare(kept)
    return recheck.report(compared=kept is not None)


def _read_head(line: bytes) -> Head | None:
    try:
        head = read_line(line)
    except Malformed:
        return None
    return head if isinstance(head, Head) else None


class Recheck:
    def __init__(self, head: Head, keys: Sequence[Verifier]) -> None:
        self._findings = Findings()
        self._tree = Tree(head.frontier)
        self._ledger = Ledger(self._tree.first)
        self._checkpoints = Checkpoints(head.origin, self._tree, keys, self._findings)
        self._credentials = Credentials(self._findings, whole=not self._tree.first)
        self._identities = Identities()
        self._parts = Parts(self._findings)

    def take(self, number: int, line: bytes) -> None:
        try:
            match read_line(line):
                case LogEntry() as entry:
                    self._take_entry(entry)
                case Note(text):
                    self._checkpoints.take(text)
                case Head():
                    raise Malformed
        except Malformed:
            self._findings.add(FindingKind.LINE_MALFORMED, f"line {number}")

    def _take_entry(self, entry: LogEntry) -> None:
        leaf = leaf_hash(entry.statement.leaf)
        arrival = self._ledger.take(entry.index, leaf)
        self._report_arrival(entry.index, arrival)
        is_new = arrival in (Arrival.NEW, Arrival.LATE)
        is_next = is_new and entry.index == self._tree.size
        if is_next:
            self._tree.append(leaf)
        try:
            event = read_event(entry)
        except Malformed:
            text = "its leaf is not an event in canonical form"
            self._findings.add(FindingKind.ENTRY_MALFORMED, text, one(entry.index))
            return
        if arrival is Arrival.NEW:
            self._ledger.date(event.at)
        if is_new:
            self._identities.take(event)
            self._take_event(event, is_next=is_next)
        else:
            self._parts.check(event)

    def _report_arrival(self, index: int, arrival: Arrival) -> None:
        match arrival:
            case Arrival.REPEATED:
                self._findings.add(FindingKind.ENTRY_REPEATED, "the same again", one(index))
            case Arrival.CHANGED:
                text = "it is here twice, with two leaves"
                self._findings.add(FindingKind.ENTRY_CHANGED, text, one(index))
            case Arrival.LATE:
                text = "it comes after a later one"
                self._findings.add(FindingKind.ENTRY_OUT_OF_ORDER, text, one(index))

    def _take_event(self, event: LoggedEvent, *, is_next: bool) -> None:
        self._parts.take(event)
        if event.leaf.get("v") != VERSION:
            text = "its version is unknown"
            self._findings.add(FindingKind.VERSION_UNKNOWN, text, one(event.index))
            return
        if is_next:
            self._checkpoints.introduce(event)
        self._credentials.take(event)

    def settle(self) -> None:
        """Call it after the last line."""
        ledger, checkpoints, findings = self._ledger, self._checkpoints, self._findings
        for gap in ledger.gaps():
            findings.add(FindingKind.ENTRIES_MISSING, "later entries are here", gap)
        checkpoints.settle(end=ledger.end)
        self._credentials.settle()
        self._identities.report(findings)
        if not checkpoints.has_keys:
            text = f"{checkpoints.agreeing} of the checkpoints agree, but their signers are unknown"
            findings.add(FindingKind.NO_KEY, text)
        if ledger.end > checkpoints.claimed:
            unsealed = Span(first=checkpoints.claimed, last=ledger.end - 1)
            findings.add(FindingKind.NOT_SEALED, "no checkpoint covers them", unsealed)
        elif not checkpoints.count:
            findings.add(FindingKind.NOT_SEALED, "no checkpoint is here")

    def compare(self, kept: TrustedCheckpoint) -> None:
        """Call it after `settle`, when all accepted keys are known."""
        found = kept.find_change(self._checkpoints, self._tree, end=self._ledger.end)
        if found is not None:
            self._findings.add(*found)

    def report(self, *, compared: bool) -> Report:
        findings = [
            replace(finding, period=self._ledger.period(finding.entries))
            for finding in self._findings
        ]
        tallies = (
            self._entries(),
            self._signed(),
            self._credentials.registrations,
            self._credentials.sign_ins,
            *self._parts.tallies,
        )
        for tally in tallies:
            tally.period = self._ledger.period(tally.entries)
        return Report(
            origin=self._checkpoints.origin,
            tallies=tallies,
            findings=findings,
            compared=compared,
            newest=self._newest(),
        )

    def _newest(self) -> datetime | None:
        sealed = self._checkpoints.sealed
        counts = self._checkpoints.agreeing and self._checkpoints.has_keys
        period = self._ledger.period(one(sealed - 1)) if counts else None
        return period[1] if period else None

    def _entries(self) -> Tally:
        tally = Tally("entries", expected=self._ledger.count)
        first, end = self._tree.first, self._checkpoints.sealed
        if end > first and self._checkpoints.has_keys:
            tally.prove(Span(first=first, last=end - 1), end - first)
        return tally

    def _signed(self) -> Tally:
        checkpoints = self._checkpoints
        proven = checkpoints.agreeing if checkpoints.has_keys else 0
        return Tally("checkpoints", expected=checkpoints.count, proven=proven)
