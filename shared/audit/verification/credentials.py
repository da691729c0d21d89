"""Each credential's story: its registration, the sign-ins that its key signed, its removal.

Events are compared by their IDs, which sort by time: two that came at about the same moment may be
in the log the other way round. For the same reason a sign-in waits a while for its registration.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from shared.audit.event import Kind
from shared.audit.statement import Part
from shared.audit.verification.attested import PublicKey
from shared.audit.verification.evidence import (
    AssertionEvidence,
    assertion_differences,
    read_assertion,
    read_registration,
    registration_differences,
)
from shared.audit.verification.findings import FindingKind, Findings, one
from shared.audit.verification.reading import Malformed, Told
from shared.audit.verification.report import Tally
from shared.audit.verification.waiting import Waiting

_REPLAY_BYTES = 12
"""Enough of a hash to tell any two assertions apart."""


@dataclass(slots=True, kw_only=True)
class Credential:
    key: PublicKey
    key_hash: object
    account: object
    used: str
    """The ID of the latest event that it was used in."""
    sign_count: int

    def counts_on(self, told: Told, sign_count: int) -> bool:
        """Whether the count grew between the two; two zeros are of an authenticator without one."""
        before, after = self.sign_count, sign_count
        if told.id < self.used:
            before, after = after, before
        else:
            self.used, self.sign_count = told.id, sign_count
        return after > before or after == before == 0


class Credentials:
    def __init__(self, findings: Findings) -> None:
        self.registrations = Tally("registrations")
        self.sign_ins = Tally("sign-ins")
        self._findings = findings
        self._known: dict[str, Credential] = {}
        self._removed: dict[str, str] = {}
        """By which event."""
        self._waiting = Waiting[AssertionEvidence]()
        self._answered: set[bytes] = set()
        self._fallen: list[tuple[Told, int, int]] = []
        """Sign-ins whose count fell, it, and what it had been before."""
        self._let_in: set[tuple[str, object]] = set()
        """Credentials and counts that the log itself says had fallen."""

    def take(self, told: Told) -> None:
        if told.is_success(Kind.REGISTRATION):
            self._register(told)
        elif told.is_success(Kind.AUTHENTICATION):
            self._sign_in(told)
        elif told.is_success(Kind.CREDENTIAL_REMOVED):
            self._removed[_name(told)] = told.id
        elif told.is_success(Kind.SIGN_COUNT_REGRESSION):
            self._let_in.add((_name(told), told.credential.get("signCount")))

    def settle(self) -> None:
        self._give_up(self._waiting.take_all())
        for told, count, before in self._fallen:
            known = (_name(told), count) in self._let_in
            kind = FindingKind.SIGN_COUNT_LET_IN if known else FindingKind.SIGN_COUNT_FELL
            self._find(kind, f"{count}, where another sign-in had {before}", told)

    def _find(self, kind: FindingKind, text: str, told: Told) -> None:
        self._findings.add(kind, text, one(told.index))

    def _evidence(self, told: Told) -> Part | None:
        evidence = told.entry.statement.evidence
        if evidence is None:
            text = "it was erased or withheld" if "evidence" in told.leaf else "none was ever kept"
            self._find(FindingKind.EVIDENCE_MISSING, text, told)
        return evidence

    def _agrees(self, told: Told, differing: Iterable[str]) -> bool:
        names = ", ".join(differing)
        if names:
            text = f"event and evidence do not agree on {names}"
            self._find(FindingKind.EVIDENCE_DIFFERS, text, told)
        return not names

    def _register(self, told: Told) -> None:
        self.registrations.expected += 1
        if (part := self._evidence(told)) is None:
            return
        try:
            evidence = read_registration(part)
        except Malformed:
            self._find(FindingKind.EVIDENCE_MALFORMED, "it registers no credential", told)
            return
        if self._agrees(told, registration_differences(told, evidence)):
            self.registrations.prove(one(told.index))
            credential = Credential(
                key=evidence.attested.public_key,
                key_hash=told.credential["publicKeyHash"],
                account=told.account,
                used=told.id,
                sign_count=evidence.sign_count,
            )
            self._learn(told, credential)

    def _learn(self, told: Told, credential: Credential) -> None:
        name = _name(told)
        removed = self._removed.pop(name, None)
        if name in self._known and removed is None:
            text = "the credential had been registered before, and not removed"
            self._find(FindingKind.REGISTERED_AGAIN, text, told)
        self._known[name] = credential
        for waiting, evidence in self._waiting.take(name):
            self._verify(waiting, evidence, credential)

    def _sign_in(self, told: Told) -> None:
        self.sign_ins.expected += 1
        if (part := self._evidence(told)) is None:
            return
        try:
            evidence = read_assertion(part)
        except Malformed:
            self._find(FindingKind.EVIDENCE_MALFORMED, "it is no assertion", told)
            return
        if not self._agrees(told, assertion_differences(told, evidence)):
            return
        if known := self._known.get(_name(told)):
            self._verify(told, evidence, known)
        else:
            self._give_up(self._waiting.put(_name(told), told, evidence))

    def _give_up(self, waiting: Iterable[tuple[Told, AssertionEvidence]]) -> None:
        for told, _ in waiting:
            text = "no registration that proved to be right brought the key"
            self._find(FindingKind.KEY_MISSING, text, told)

    def _verify(self, told: Told, evidence: AssertionEvidence, known: Credential) -> None:
        if not self._agrees(told, _registration_differences(told, known)):
            return
        message = evidence.authenticator_data + evidence.client_data_hash
        if not known.key.has_signed(message, evidence.signature):
            text = "the registered key has not signed it"
            self._find(FindingKind.SIGNATURE_INVALID, text, told)
            return
        answered = sha256(message).digest()[:_REPLAY_BYTES]
        if answered in self._answered:
            text = "the same assertion stands for an earlier sign-in"
            self._find(FindingKind.ASSERTION_REPLAYED, text, told)
            return
        self._answered.add(answered)
        self.sign_ins.prove(one(told.index))
        self._look_back(told, evidence, known)

    def _look_back(self, told: Told, evidence: AssertionEvidence, known: Credential) -> None:
        before = known.sign_count
        if not known.counts_on(told, evidence.sign_count):
            self._fallen.append((told, evidence.sign_count, before))
        removed = self._removed.get(_name(told))
        if removed is not None and told.id > removed:
            text = "the credential had been removed"
            self._find(FindingKind.USED_AFTER_REMOVAL, text, told)


def _name(told: Told) -> str:
    return str(told.credential.get("hash"))


def _registration_differences(told: Told, known: Credential) -> Iterable[str]:
    if told.credential.get("publicKeyHash") != known.key_hash:
        yield "publicKeyHash"
    if told.account != known.account:
        yield "account"
