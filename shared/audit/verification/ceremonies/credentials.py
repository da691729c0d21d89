"""Each credential's events: its registration, the sign-ins that its key signed, its removal.

A sign-in waits for its registration for a while, as the registration may be sealed later.
"""

from collections.abc import Iterable
from hashlib import sha256

from shared.audit.event import Kind
from shared.audit.statement import Part
from shared.audit.verification.ceremonies.credential import Credential, moment_of
from shared.audit.verification.ceremonies.evidence import (
    AssertionEvidence,
    assertion_differences,
    read_assertion,
    read_registration,
    registration_differences,
)
from shared.audit.verification.ceremonies.lifetimes import Lifetimes
from shared.audit.verification.ceremonies.pending_assertions import PendingAssertions
from shared.audit.verification.findings import FindingKind, Findings, one
from shared.audit.verification.reading import LoggedEvent, Malformed
from shared.audit.verification.report import Tally

_GESTURES = (
    Kind.AUTHENTICATION,
    Kind.EXTERNAL_MFA,
    Kind.DEVICE_APPROVED,
    Kind.APPROVAL_GIVEN,
)
_LET_IN = (Kind.SIGN_COUNT_REGRESSION, Kind.SIGN_COUNT_UNCHANGED)
_REPLAY_BYTES = 12
"""So many bytes of a hash are enough to distinguish any two assertions."""


class Credentials:
    def __init__(self, findings: Findings, *, whole: bool) -> None:
        """`whole`: the file begins at the start of the log, so it has every registration."""
        self.registrations = Tally("registrations")
        self.sign_ins = Tally("sign-ins")
        self._findings = findings
        self._whole = whole
        self._registered: set[str] = set()
        """Credentials with a registration in the log, proven or not."""
        self._keyless: list[tuple[str, int]] = []
        self._known: dict[str, Credential] = {}
        self._lifetimes = Lifetimes()
        self._waiting = PendingAssertions[AssertionEvidence]()
        self._answered: set[bytes] = set()
        self._fallen: list[tuple[LoggedEvent, int, int]] = []
        """Sign-ins whose sign count fell, with this count and the count before."""
        self._let_in: set[tuple[str, object]] = set()
        """Credentials and sign counts for which the log records that the count did not grow."""

    def take(self, event: LoggedEvent) -> None:
        if event.is_success(Kind.REGISTRATION):
            self._register(event)
        elif any(map(event.is_success, _GESTURES)):
            self._sign_in(event)
        elif event.is_success(Kind.CREDENTIAL_REMOVED):
            self._lifetimes.remove(_name(event), moment_of(event))
        elif any(map(event.is_success, _LET_IN)):
            self._let_in.add((_name(event), event.credential.get("signCount")))

    def settle(self) -> None:
        self._give_up(self._waiting.take_all())
        self._report_keyless()
        self._lifetimes.report(self._findings)
        for event, count, before in self._fallen:
            known = (_name(event), count) in self._let_in
            if known and count == before:
                continue  # the authenticator always sends the same count
            kind = FindingKind.SIGN_COUNT_LET_IN if known else FindingKind.SIGN_COUNT_FELL
            self._find(kind, f"{count}, where another sign-in had {before}", event)

    def _find(self, kind: FindingKind, text: str, event: LoggedEvent) -> None:
        self._findings.add(kind, text, one(event.index))

    def _evidence(self, event: LoggedEvent) -> Part | None:
        evidence = event.entry.statement.evidence
        if evidence is None:
            if "evidence" in event.leaf:
                self._find(FindingKind.EVIDENCE_MISSING, "it was erased or withheld", event)
            else:
                self._find(FindingKind.NO_EVIDENCE, "nothing proves the event", event)
        return evidence

    def _agrees(self, event: LoggedEvent, differing: Iterable[str]) -> bool:
        names = ", ".join(differing)
        if names:
            text = f"event and evidence do not agree on {names}"
            self._find(FindingKind.EVIDENCE_DIFFERS, text, event)
        return not names

    def _register(self, event: LoggedEvent) -> None:
        self.registrations.expected += 1
        self._registered.add(_name(event))
        if (part := self._evidence(event)) is None:
            return
        try:
            evidence = read_registration(part)
        except Malformed:
            self._find(FindingKind.EVIDENCE_MALFORMED, "it registers no credential", event)
            return
        if self._agrees(event, registration_differences(event, evidence)):
            self.registrations.prove(one(event.index))
            credential = Credential(
                key=evidence.attested.public_key,
                key_hash=event.credential["publicKeyHash"],
                account=event.account,
                used=moment_of(event),
                sign_count=evidence.sign_count,
            )
            self._learn(event, credential)

    def _learn(self, event: LoggedEvent, credential: Credential) -> None:
        name = _name(event)
        self._lifetimes.register(name, moment_of(event))
        self._known[name] = credential
        for waiting, evidence in self._waiting.take(name):
            self._verify(waiting, evidence, credential)

    def _sign_in(self, event: LoggedEvent) -> None:
        self.sign_ins.expected += 1
        if (part := self._evidence(event)) is None:
            return
        try:
            evidence = read_assertion(part)
        except Malformed:
            self._find(FindingKind.EVIDENCE_MALFORMED, "it is not an assertion", event)
            return
        if not self._agrees(event, assertion_differences(event, evidence)):
            return
        if known := self._known.get(_name(event)):
            self._verify(event, evidence, known)
        else:
            self._give_up(self._waiting.put(_name(event), event, evidence))

    def _give_up(self, waiting: Iterable[tuple[LoggedEvent, AssertionEvidence]]) -> None:
        self._keyless += [(_name(event), event.index) for event, _ in waiting]

    def _report_keyless(self) -> None:
        """A missing key has two valid reasons: the proof of its registration was withheld, or the
        registration may be before the first entry here. There is no other."""
        for name, index in self._keyless:
            if self._whole and name not in self._registered:
                text, kind = "the log never registered its key", FindingKind.KEY_UNKNOWN
            else:
                text = "no verified registration has the key"
                kind = FindingKind.KEY_MISSING
            self._findings.add(kind, text, one(index))

    def _verify(self, event: LoggedEvent, evidence: AssertionEvidence, known: Credential) -> None:
        if not self._agrees(event, _registration_differences(event, known)):
            return
        message = evidence.authenticator_data + evidence.client_data_hash
        if not known.key.has_signed(message, evidence.signature):
            text = "the registered key has not signed it"
            self._find(FindingKind.SIGNATURE_INVALID, text, event)
            return
        answered = sha256(message).digest()[:_REPLAY_BYTES]
        if answered in self._answered:
            text = "an earlier sign-in has the same assertion"
            self._find(FindingKind.ASSERTION_REPLAYED, text, event)
            return
        self._answered.add(answered)
        self.sign_ins.prove(one(event.index))
        self._look_back(event, evidence, known)

    def _look_back(
        self, event: LoggedEvent, evidence: AssertionEvidence, known: Credential
    ) -> None:
        before = known.sign_count
        if not known.counts_on(event, evidence.sign_count):
            self._fallen.append((event, evidence.sign_count, before))
        if self._lifetimes.was_removed_before(_name(event), moment_of(event)):
            text = "the credential had been removed"
            self._find(FindingKind.USED_AFTER_REMOVAL, text, event)


def _name(event: LoggedEvent) -> str:
    return str(event.credential.get("hash"))


def _registration_differences(event: LoggedEvent, known: Credential) -> Iterable[str]:
    if event.credential.get("publicKeyHash") != known.key_hash:
        yield "publicKeyHash"
    if event.account != known.account:
        yield "account"
