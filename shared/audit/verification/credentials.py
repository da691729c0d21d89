"""Each credential's story: its registration, the sign-ins that its key signed, its removal.

Two events are compared by their places in the log and by their IDs, which the clocks of instances
made: what came at about the same moment may be sealed the other way round, and a clock may be
wrong. Only what is later by both, and by minutes, is held to be later. For the same reason a
sign-in waits a while for its registration.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from shared.audit.event import Kind
from shared.audit.event_id import told_at
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

_NEVER = datetime.max.replace(tzinfo=UTC)
_LET_IN = (Kind.SIGN_COUNT_REGRESSION, Kind.SIGN_COUNT_UNCHANGED)
CLOCKS_DIFFER = timedelta(minutes=5)
"""Two clocks that are 90 seconds off each way, and a request of a minute."""
_REPLAY_BYTES = 12
"""Enough of a hash to tell any two assertions apart."""


@dataclass(frozen=True, slots=True)
class _When:
    index: int
    id: str

    def is_after(self, other: "_When") -> bool:
        return self.index > other.index and _at(self) - _at(other) > CLOCKS_DIFFER


@dataclass(slots=True, kw_only=True)
class Credential:
    key: PublicKey
    key_hash: object
    account: object
    registered: _When
    used: _When
    """The event with the largest count."""
    sign_count: int

    def counts_on(self, told: Told, sign_count: int) -> bool:
        """Whether the count grew between the two; two zeros are of an authenticator without one."""
        used, before = self.used, self.sign_count
        if sign_count > before:
            self.used, self.sign_count = _when(told), sign_count
            return not used.is_after(_when(told))
        fell_later = _when(told).is_after(used)
        return sign_count == before == 0 or (sign_count < before and not fell_later)


class Credentials:
    def __init__(self, findings: Findings, *, whole: bool) -> None:
        """`whole`: the file begins where the log does, so that every key was registered in it."""
        self.registrations = Tally("registrations")
        self.sign_ins = Tally("sign-ins")
        self._findings = findings
        self._whole = whole
        self._registered: set[str] = set()
        """Credentials of which the log says so, proven or not."""
        self._keyless: list[tuple[str, int]] = []
        self._known: dict[str, Credential] = {}
        self._removed: dict[str, _When] = {}
        """By which event, if it was not registered again since."""
        self._removals: dict[str, list[_When]] = {}
        self._again: dict[str, list[_When]] = {}
        """All registrations of a credential but the first."""
        self._waiting = Waiting[AssertionEvidence]()
        self._answered: set[bytes] = set()
        self._fallen: list[tuple[Told, int, int]] = []
        """Sign-ins whose count fell, it, and what it had been before."""
        self._let_in: set[tuple[str, object]] = set()
        """Credentials and counts that the log itself says had not grown."""

    def take(self, told: Told) -> None:
        if told.is_success(Kind.REGISTRATION):
            self._register(told)
        elif told.is_success(Kind.AUTHENTICATION):
            self._sign_in(told)
        elif told.is_success(Kind.CREDENTIAL_REMOVED):
            self._remove(told)
        elif any(map(told.is_success, _LET_IN)):
            self._let_in.add((_name(told), told.credential.get("signCount")))

    def settle(self) -> None:
        self._give_up(self._waiting.take_all())
        self._report_keyless()
        self._report_again()
        for told, count, before in self._fallen:
            known = (_name(told), count) in self._let_in
            if known and count == before:
                continue  # an authenticator that sends the same for ever
            kind = FindingKind.SIGN_COUNT_LET_IN if known else FindingKind.SIGN_COUNT_FELL
            self._find(kind, f"{count}, where another sign-in had {before}", told)

    def _find(self, kind: FindingKind, text: str, told: Told) -> None:
        self._findings.add(kind, text, one(told.index))

    def _evidence(self, told: Told) -> Part | None:
        evidence = told.entry.statement.evidence
        if evidence is None:
            if "evidence" in told.leaf:
                self._find(FindingKind.EVIDENCE_MISSING, "it was erased or withheld", told)
            else:
                self._find(FindingKind.NO_EVIDENCE, "nothing shows that it was so", told)
        return evidence

    def _agrees(self, told: Told, differing: Iterable[str]) -> bool:
        names = ", ".join(differing)
        if names:
            text = f"event and evidence do not agree on {names}"
            self._find(FindingKind.EVIDENCE_DIFFERS, text, told)
        return not names

    def _register(self, told: Told) -> None:
        self.registrations.expected += 1
        self._registered.add(_name(told))
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
                registered=_when(told),
                used=_when(told),
                sign_count=evidence.sign_count,
            )
            self._learn(told, credential)

    def _learn(self, told: Told, credential: Credential) -> None:
        name = _name(told)
        self._removed.pop(name, None)
        if name in self._known:
            self._again.setdefault(name, []).append(_when(told))
        self._known[name] = credential
        for waiting, evidence in self._waiting.take(name):
            self._verify(waiting, evidence, credential)

    def _remove(self, told: Told) -> None:
        name, when = _name(told), _when(told)
        self._removals.setdefault(name, []).append(when)
        if name not in self._again or when.id > self._known[name].registered.id:
            self._removed[name] = when

    def _report_again(self) -> None:
        """A removal may be sealed after the registration that it made room for."""
        for name, registrations in self._again.items():
            for number, when in enumerate(registrations, 1):
                removals = self._removals.get(name, ())
                if len([each for each in removals if not each.is_after(when)]) < number:
                    text = "the credential had been registered before, and not removed"
                    self._findings.add(FindingKind.REGISTERED_AGAIN, text, one(when.index))

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
        self._keyless += [(_name(told), told.index) for told, _ in waiting]

    def _report_keyless(self) -> None:
        """A registration whose proof was withheld explains it, and so does one that may stand
        before the first entry here. Nothing else does."""
        for name, index in self._keyless:
            if self._whole and name not in self._registered:
                text, kind = "the log never registered its key", FindingKind.KEY_UNKNOWN
            else:
                text = "no registration that proved to be right brought the key"
                kind = FindingKind.KEY_MISSING
            self._findings.add(kind, text, one(index))

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
        if removed is not None and _when(told).is_after(removed):
            text = "the credential had been removed"
            self._find(FindingKind.USED_AFTER_REMOVAL, text, told)


def _at(when: _When) -> datetime:
    return told_at(when.id) or _NEVER


def _when(told: Told) -> _When:
    return _When(told.index, told.id)


def _name(told: Told) -> str:
    return str(told.credential.get("hash"))


def _registration_differences(told: Told, known: Credential) -> Iterable[str]:
    if told.credential.get("publicKeyHash") != known.key_hash:
        yield "publicKeyHash"
    if told.account != known.account:
        yield "account"
