"""The differences between tables and log, in plain sentences that have only IDs."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

from shared.crosscheck.account_findings import account_findings, credential_findings
from shared.crosscheck.document_findings import document_findings
from shared.crosscheck.finding import Finding, make_finding
from shared.crosscheck.known import agree
from shared.crosscheck.recorded import Record
from shared.crosscheck.session_findings import Span, link_findings, pass_findings, session_findings
from shared.crosscheck.stored import Beside, Stored
from shared.crosscheck.traces import has_notice, traces_left


@dataclass(slots=True)
class Report:
    wrong: list[str] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)

    @property
    def status(self) -> int:
        if self.wrong:
            return 1
        return 2 if self.unsettled else 0


def compare(stored: Stored, record: Record, span: Span) -> Report:
    report = Report()
    moving = {_of_place(each) for each in stored.beside if each.leaf is not None}
    for finding in chain(
        account_findings(stored, record),
        credential_findings(stored, record),
        session_findings(stored, record, span),
        pass_findings(stored, record, span),
        link_findings(stored, record),
        document_findings(stored, record),
        _known(stored, record),
    ):
        settles = finding.thing in record.new or not moving.isdisjoint(finding.people)
        (report.unsettled if settles else report.wrong).append(finding.text)
    report.wrong += traces_left(stored, record)
    report.unsettled += (
        f"event {each.event_id} in {each.place} was written while this check ran"
        for each in stored.beside
        if each.new and each.leaf is not None and not has_notice(each, stored)
    )
    return report


def _known(stored: Stored, record: Record) -> Iterator[Finding]:
    for name, state in stored.known.items():
        if not agree(state, record.known.get(name, {})):
            text = f"the recorded {name} differs from the last events"
            yield make_finding(text, ("known", name))


def _of_place(beside: Beside) -> str:
    """The person, the link, or the partition of all clients or profiles."""
    return beside.partition
