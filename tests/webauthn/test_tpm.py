"""TPMS_ATTEST in every byte: a statement of a TPM has no missing and no extra part."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from shared.errors import Reason, RegistrationRejected
from shared.webauthn.attestation import AttestationType
from tests.authenticator import Attested, Authority, Tpm
from tests.webauthn.relying_party import asked_to_create, register, soft_authenticator

ROOT = Authority.new_root()
CERT_INFO_BYTES = 4 + 2 + (2 + 34) + (2 + 32) + 17 + 8 + (2 + 34) + (2 + 34)
NAME_BYTES = 2 + 34


@dataclass(frozen=True, kw_only=True)
class Rewritten(Tpm):
    """Any content with a valid signature of the TPM."""

    rewrite: Callable[[bytes], bytes]

    def _cert_info(self, attested: Attested, area: bytes) -> bytes:
        honest = Tpm._cert_info(self, attested, area)
        assert len(honest) == CERT_INFO_BYTES
        return self.rewrite(honest)


def attest(rewrite: Callable[[bytes], bytes]) -> AttestationType:
    maker = Rewritten(authority=ROOT, rewrite=rewrite)
    message = soft_authenticator().create(asked_to_create(), attestation=maker)
    return register(message).attestation_type


def test_accepts_a_statement_of_a_tpm() -> None:
    assert attest(lambda honest: honest) is AttestationType.ATTESTATION_CA


@pytest.mark.parametrize("length", range(CERT_INFO_BYTES))
def test_rejects_cert_info_cut_at(length: int) -> None:
    with pytest.raises(RegistrationRejected) as refused:
        attest(lambda honest: honest[:length])
    assert refused.value.reason is Reason.ATTESTATION_INVALID


@pytest.mark.parametrize("length", [b"\0\0", b"\0\x21", b"\0\x23", b"\x7f\xff", b"\xff\xff"])
@pytest.mark.parametrize("names_from_end", [1, 2])
def test_rejects_name_of_wrong_length(length: bytes, names_from_end: int) -> None:
    position = CERT_INFO_BYTES - NAME_BYTES * names_from_end
    with pytest.raises(RegistrationRejected) as refused:
        attest(lambda honest: honest[:position] + length + honest[position + 2 :])
    assert refused.value.reason is Reason.ATTESTATION_INVALID


@pytest.mark.parametrize("position", range(6 + 36 + 34, 6 + 36 + 34 + 17 + 8))
def test_clock_and_firmware_are_ignored(position: int) -> None:
    """L3 section 8.3: their values are to be ignored."""
    kind = attest(lambda honest: honest[:position] + b"\xff" + honest[position + 1 :])
    assert kind is AttestationType.ATTESTATION_CA
