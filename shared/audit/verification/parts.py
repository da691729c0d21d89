"""Checks that the personal and the evidence parts match the commitments in their leaves."""

from collections.abc import Container, Sequence

from shared.audit.statement import is_committed_to
from shared.audit.verification.findings import FindingKind, Findings, one
from shared.audit.verification.reading import LoggedEvent
from shared.audit.verification.report import Tally


class Parts:
    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._tallies = {
            name: Tally(f"{name} parts", rest="erased or withheld, or changed")
            for name in ("personal", "evidence")
        }

    @property
    def tallies(self) -> Sequence[Tally]:
        return [*self._tallies.values()]

    def take(self, event: LoggedEvent) -> None:
        """Take the parts of an entry that the file has for the first time."""
        here = self.check(event)
        for name, tally in self._tallies.items():
            tally.expected += name in event.leaf
            if name in here:
                tally.prove(one(event.index))

    def check(self, event: LoggedEvent) -> Container[str]:
        """Return the names of the parts that are present and match their commitments."""
        statement, committed = event.entry.statement, []
        for name, part in (("personal", statement.personal), ("evidence", statement.evidence)):
            if part and is_committed_to(part, event.leaf, name):
                committed.append(name)
            elif part:
                text = f"the {name} part does not match the leaf's commitment"
                self._findings.add(FindingKind.PART_CHANGED, text, one(event.index))
        return committed
