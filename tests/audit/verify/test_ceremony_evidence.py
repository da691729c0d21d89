"""The log of a ceremony must agree with what the authenticator signed.

Each log here is falsified first, and then sealed by the right key: only evidence can show it.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any, Literal

import pytest

from shared import base64url
from shared.audit.verification.findings import FindingKind
from tests.audit.verify.findings import Found, at, counts, found, only, tally, verified
from tests.audit.verify.log_builder import Log, new_key
from tests.audit.verify.people import Person
from tests.audit.verify.story import make_story
from tests.authenticator import AssertionLies, RegistrationLies, generate, keys

OTHER_RP = "other.example"


def _one_person() -> tuple[Log, Person]:
    log, anna = Log(new_key()), Person("anna")
    log.register(anna)
    return log, anna


def _findings(log: Log) -> Sequence[Found]:
    log.seal()
    return found(verified(log.lines(), log.key))


ASSERTION_LIES: dict[str, AssertionLies] = {
    "type": {"type": "webauthn.create"},
    "origin": {"origin": "https://evil.example"},
    "rpId": {"rp_id_hash": sha256(OTHER_RP.encode()).digest()},
    "user presence": {"user_present": False},
}
REGISTRATION_LIES: dict[str, RegistrationLies] = {
    "type": {"type": "webauthn.get"},
    "origin": {"origin": "https://evil.example"},
    "rpId": {"rp_id_hash": sha256(OTHER_RP.encode()).digest()},
    "user presence": {"user_present": False},
}


@pytest.mark.parametrize(("name", "lies"), ASSERTION_LIES.items(), ids=ASSERTION_LIES)
def test_an_assertion_that_should_not_have_been_accepted(name: str, lies: AssertionLies) -> None:
    log, anna = _one_person()
    log.sign_in(anna, anna.credentials[0], **lies)
    log.seal()
    finding = only(verified(log.lines(), log.key))
    assert finding.kind is FindingKind.EVIDENCE_DIFFERS
    assert finding.text.endswith(f"on {name}")


@pytest.mark.parametrize(("name", "lies"), REGISTRATION_LIES.items(), ids=REGISTRATION_LIES)
def test_a_registration_that_should_not_have_been_accepted(
    name: str, lies: RegistrationLies
) -> None:
    log = Log(new_key())
    log.register(Person("anna"), **lies)
    log.seal()
    finding = only(verified(log.lines(), log.key))
    assert finding.kind is FindingKind.EVIDENCE_DIFFERS
    assert finding.text.endswith(f"on {name}")


SIGNED = {
    "signCount": lambda value: value + 1,
    "uv": lambda value: not value,
    "be": lambda value: not value,
    "bs": lambda value: not value,
    "publicKeyHash": lambda value: base64url.encode(bytes(32)),
}
ATTESTED = SIGNED | {
    "hash": lambda value: base64url.encode(bytes(32)),
    "aaguid": lambda value: base64url.encode(bytes(16)),
    "attestationFormat": lambda value: "packed",
}


@pytest.mark.parametrize(("name", "change"), SIGNED.items(), ids=SIGNED)
def test_a_sign_in_has_the_values_of_the_authenticator(
    name: str, change: Callable[[Any], Any]
) -> None:
    log, anna = _one_person()
    index = log.sign_in(anna, anna.credentials[0])
    log.change_leaf(index, lambda leaf: _change_credential(leaf, name, change))
    log.seal()
    finding = only(verified(log.lines(), log.key))
    assert (finding.kind, finding.text) == (
        FindingKind.EVIDENCE_DIFFERS,
        f"event and evidence do not agree on {name}",
    )
    assert finding.entries is not None
    assert finding.entries.first == index


@pytest.mark.parametrize(("name", "change"), ATTESTED.items(), ids=ATTESTED)
def test_a_registration_has_the_values_of_the_authenticator(
    name: str, change: Callable[[Any], Any]
) -> None:
    log, _ = _one_person()
    log.change_leaf(0, lambda leaf: _change_credential(leaf, name, change))
    log.seal()
    finding = only(verified(log.lines(), log.key))
    assert (finding.kind, finding.text) == (
        FindingKind.EVIDENCE_DIFFERS,
        f"event and evidence do not agree on {name}",
    )


@pytest.mark.parametrize("name", ATTESTED)
def test_a_registration_without_a_value_differs(name: str) -> None:
    log, _ = _one_person()
    log.change_leaf(0, lambda leaf: leaf["credential"].pop(name))
    assert _findings(log) == [at(FindingKind.EVIDENCE_DIFFERS, 0)]


def _change_credential(leaf: dict[str, Any], name: str, change: Callable[[Any], Any]) -> None:
    leaf["credential"][name] = change(leaf["credential"][name])


def test_the_signature_of_another_credential() -> None:
    story = make_story()
    anna, bert = story.sign_ins[0], story.sign_ins[1]
    signature = story.log.evidence(bert)["signature"]
    story.log.change_part(
        anna, "evidence", lambda part: part.update(signature=signature), commit=True
    )
    report = verified(story.lines, story.old)
    assert found(report) == [at(FindingKind.SIGNATURE_INVALID, anna)]
    assert counts(report)["sign-ins"] == (20, 19)


def test_the_whole_assertion_of_another_credential() -> None:
    story = make_story()
    anna, bert = story.sign_ins[0], story.sign_ins[1]
    evidence = story.log.evidence(bert)
    story.log.change_part(anna, "evidence", lambda part: part.update(evidence), commit=True)
    assert at(FindingKind.SIGNATURE_INVALID, anna) in found(verified(story.lines, story.old))


def test_a_sign_in_for_somebody_elses_account() -> None:
    log, anna = _one_person()
    index = log.sign_in(anna, anna.credentials[0])
    log.change_leaf(index, lambda leaf: leaf["target"].update(id="somebody"))
    assert _findings(log) == [at(FindingKind.EVIDENCE_DIFFERS, index)]


@pytest.mark.parametrize("changed", ["auth_data", "client_data"])
def test_an_assertion_that_was_changed_after_it_was_signed(
    changed: Literal["auth_data", "client_data"],
) -> None:
    log, anna = _one_person()
    index = log.sign_in(anna, anna.credentials[0], changed_after_signing=changed)
    assert _findings(log) == [at(FindingKind.SIGNATURE_INVALID, index)]


def test_a_key_that_differs_from_the_registered_one() -> None:
    log, anna = _one_person()
    index = log.sign_in(anna, anna.credentials[0], sign_with=generate(keys.ES256))
    assert _findings(log) == [at(FindingKind.SIGNATURE_INVALID, index)]


@pytest.mark.parametrize("algorithm", [keys.ES256, keys.EDDSA, keys.RS256, keys.ES384])
def test_signatures_of_all_kinds_of_keys_are_verified(algorithm: int) -> None:
    log, anna = Log(new_key()), Person("anna")
    key, credential = generate(algorithm), b"credential"
    log.register(anna, key=key, credential_id=credential)
    log.sign_in(anna, credential)
    bad = log.sign_in(anna, credential, sign_with=generate(algorithm))
    log.seal()
    report = verified(log.lines(), log.key)
    assert found(report) == [at(FindingKind.SIGNATURE_INVALID, bad)]
    assert counts(report)["sign-ins"] == (2, 1)


def test_a_failed_sign_in_registers_and_proves_nothing() -> None:
    log, anna = _one_person()
    index = log.sign_in(anna, anna.credentials[0], sign_with=generate(keys.ES256))
    log.change_leaf(index, lambda leaf: leaf.update(outcome="failure"))
    log.seal()
    report = verified(log.lines(), log.key)
    assert not report.findings
    assert tally(report, "sign-ins").expected == 0


@pytest.mark.parametrize(
    "evidence",
    [
        {},
        {"clientDataJSON": "!", "authenticatorData": "AA", "signature": "AA"},
        {"clientDataJSON": base64url.encode(b"[]"), "authenticatorData": "AA", "signature": "AA"},
        {"clientDataJSON": base64url.encode(b"{}"), "authenticatorData": "AA", "signature": "AA"},
        {"attestationObject": base64url.encode(b"\xa1"), "clientDataJSON": "e30"},
        {"attestationObject": base64url.encode(b"\x81" * 9999), "clientDataJSON": "e30"},
    ],
)
@pytest.mark.parametrize("index", [0, 1])
def test_malformed_evidence(evidence: dict[str, Any], index: int) -> None:
    log, anna = _one_person()
    log.sign_in(anna, anna.credentials[0])

    def put(part: dict[str, Any]) -> None:
        part.clear()
        part.update(evidence)

    log.change_part(index, "evidence", put, commit=True)
    assert at(FindingKind.EVIDENCE_MALFORMED, index) in _findings(log)


def test_a_registration_without_a_credential() -> None:
    log, anna = _one_person()
    log.sign_in(anna, anna.credentials[0])
    part = log.statements[0].evidence
    assert part is not None
    assertion = log.evidence(1)["authenticatorData"]
    bare = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58\x25" + base64url.decode(assertion)
    log.change_part(
        0,
        "evidence",
        lambda part: part.update(attestationObject=base64url.encode(bare)),
        commit=True,
    )
    assert at(FindingKind.EVIDENCE_MALFORMED, 0) in _findings(log)


def test_an_unusable_key_proves_nothing() -> None:
    log, anna = Log(new_key()), Person("anna")
    log.register(anna, public_key={1: 2, 3: -7, -1: 1, -2: b"short"})
    index = log.sign_in(anna, anna.credentials[0])
    registered = log.statements[0].read()["credential"]["publicKeyHash"]
    log.change_leaf(index, lambda leaf: leaf["credential"].update(publicKeyHash=registered))
    assert _findings(log) == [at(FindingKind.SIGNATURE_INVALID, index)]
