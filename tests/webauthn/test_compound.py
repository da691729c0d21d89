"""The `compound` statement of L3 section 8.9: two or more valid statements."""

from collections.abc import Callable
from typing import Any

import pytest

from shared.audit.verification.ceremonies.attested import read_attested
from shared.errors import Reason, RegistrationRejected
from shared.webauthn.attestation import AttestationType
from tests.authenticator import (
    AAGUID,
    AndroidKey,
    Authority,
    NoAttestation,
    Packed,
    PackedSelf,
    Tpm,
    generate,
    keys,
)
from tests.authenticator.compound import Compound
from tests.webauthn.relying_party import (
    asked_to_create,
    read_created,
    register,
    soft_authenticator,
)

ROOT = Authority.new_root()
PACKED, SELF, TPM = Packed(authority=ROOT), PackedSelf(), Tpm(authority=ROOT)
HONEST = {
    "two": (Compound(makers=(PACKED, TPM)), AttestationType.ATTESTATION_CA),
    "the-same-twice": (Compound(makers=(SELF, SELF)), AttestationType.SELF),
    "self-and-certified": (Compound(makers=(SELF, PACKED)), AttestationType.BASIC),
    "none-and-self": (Compound(makers=(NoAttestation(), SELF)), AttestationType.SELF),
    "eight": (Compound(makers=(SELF,) * 8), AttestationType.SELF),
}
WRONG = Packed(authority=ROOT, certified_aaguid=bytes(16))
LIES: dict[str, tuple[Compound, Reason]] = {
    "none-at-all": (Compound(makers=()), Reason.ATTESTATION_INVALID),
    "one": (Compound(makers=(PACKED,)), Reason.ATTESTATION_INVALID),
    "nine": (Compound(makers=(SELF,) * 9), Reason.ATTESTATION_INVALID),
    "first-does-not-hold": (Compound(makers=(WRONG, TPM)), Reason.ATTESTATION_INVALID),
    "last-does-not-hold": (Compound(makers=(TPM, PACKED, WRONG)), Reason.ATTESTATION_INVALID),
    "of-another-key": (
        Compound(makers=(SELF, AndroidKey(authority=ROOT, certified_key=generate(keys.ES256)))),
        Reason.ATTESTATION_INVALID,
    ),
    "compound-in-compound": (
        Compound(makers=(SELF, Compound(makers=(SELF, SELF)))),
        Reason.ATTESTATION_INVALID,
    ),
    "unknown-format": (
        Compound(
            makers=(SELF, SELF), rewrite=lambda honest: [honest[0], {**honest[1], "fmt": "x"}]
        ),
        Reason.ATTESTATION_FORMAT_UNKNOWN,
    ),
    "a-map": (
        Compound(makers=(SELF, SELF), rewrite=lambda honest: dict(enumerate(honest))),
        Reason.ATTESTATION_FORMAT_UNKNOWN,
    ),
    "bytes": (
        Compound(makers=(SELF, SELF), rewrite=lambda honest: b"statements"),
        Reason.ATTESTATION_OBJECT_MALFORMED,
    ),
}
NOT_STATEMENTS: list[Callable[[dict[str, Any]], object]] = [
    lambda honest: 1,
    lambda honest: b"",
    lambda honest: "packed",
    lambda honest: [],
    lambda honest: {},
    lambda honest: {"fmt": honest["fmt"]},
    lambda honest: {"attStmt": honest["attStmt"]},
    lambda honest: {**honest, "fmt": b"packed"},
    lambda honest: {**honest, "attStmt": [honest["attStmt"]]},
    lambda honest: {**honest, "authData": b""},
]


@pytest.mark.parametrize(("maker", "kind"), HONEST.values(), ids=HONEST)
def test_accepts(maker: Compound, kind: AttestationType) -> None:
    verified = register(soft_authenticator().create(asked_to_create(), attestation=maker))
    assert verified.attestation_format == "compound"
    assert verified.attestation_type is kind
    assert verified.aaguid == AAGUID


@pytest.mark.parametrize(("maker", "reason"), LIES.values(), ids=LIES)
def test_rejects(maker: Compound, reason: Reason) -> None:
    with pytest.raises(RegistrationRejected) as refused:
        register(soft_authenticator().create(asked_to_create(), attestation=maker))
    assert refused.value.reason is reason


@pytest.mark.parametrize("spoil", NOT_STATEMENTS)
def test_rejects_a_malformed_inner_statement(spoil: Callable[[dict[str, Any]], object]) -> None:
    maker = Compound(makers=(SELF, SELF), rewrite=lambda honest: [honest[0], spoil(honest[1])])
    with pytest.raises(RegistrationRejected) as refused:
        register(soft_authenticator().create(asked_to_create(), attestation=maker))
    assert refused.value.reason is Reason.ATTESTATION_INVALID


@pytest.mark.parametrize("fmt", ["packed", "none", "tpm"])
def test_only_a_compound_statement_may_be_a_list(fmt: str) -> None:
    maker = Compound(makers=(SELF, SELF))
    message = soft_authenticator().create(asked_to_create(), attestation=maker, fmt=fmt)
    with pytest.raises(RegistrationRejected) as refused:
        register(message)
    assert refused.value.reason is Reason.ATTESTATION_OBJECT_MALFORMED


def test_a_log_verifier_can_read_a_compound_statement() -> None:
    maker = Compound(makers=(PACKED, SELF))
    message = soft_authenticator().create(asked_to_create(), attestation=maker)
    assert read_attested(read_created(message).attestation_object).attestation_format == "compound"
