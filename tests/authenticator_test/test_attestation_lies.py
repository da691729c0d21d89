"""fido2's verifiers refuse these lies and accept honest statements, so only the lie is wrong."""

import pytest
from cryptography import x509
from fido2.attestation.base import InvalidData, InvalidSignature

from tests.authenticator import (
    Apple,
    AttestationMaker,
    Authority,
    Packed,
    PackedSelf,
    Tpm,
    certificates,
    keys,
)
from tests.authenticator_test.relying_party import RelyingParty, attesting, verify_statement

ROOT = Authority.new_root()
INTERMEDIATE = ROOT.intermediate()
OTHER_KEY = keys.generate(keys.ES256)
LIES: dict[str, tuple[AttestationMaker, type[Exception]]] = {
    "self-other-algorithm": (PackedSelf(alg=keys.ES384), InvalidData),
    "no-country": (Packed(authority=ROOT, country=None), InvalidData),
    "no-organization": (Packed(authority=ROOT, organization=None), InvalidData),
    "no-unit": (Packed(authority=ROOT, organizational_unit=None), InvalidData),
    "wrong-unit": (Packed(authority=ROOT, organizational_unit="Authenticator"), InvalidData),
    "no-common-name": (Packed(authority=ROOT, common_name=None), InvalidData),
    "leaf-is-ca": (Packed(authority=ROOT, is_ca=True), InvalidData),
    "no-basic-constraints": (Packed(authority=ROOT, is_ca=None), InvalidData),
    "version-1": (Packed(authority=ROOT, version=1), InvalidData),
    "aaguid-mismatch": (Packed(authority=ROOT, certified_aaguid=bytes(16)), InvalidData),
    "aaguid-critical": (Packed(authority=ROOT, aaguid_critical=True), InvalidData),
    "forged-leaf": (Packed(authority=INTERMEDIATE, forged=True), InvalidSignature),
    "forged-intermediate": (
        Packed(authority=ROOT.intermediate(forged=True), with_root=True),
        InvalidSignature,
    ),
    "tpm-extra-data": (Tpm(authority=ROOT, extra_data=bytes(32)), InvalidSignature),
    "tpm-name": (Tpm(authority=ROOT, name=bytes(34)), InvalidData),
    "tpm-other-area": (Tpm(authority=ROOT, area_key=OTHER_KEY), InvalidSignature),
    "tpm-magic": (Tpm(authority=ROOT, magic=b"\xffTCH"), InvalidData),
    "tpm-type": (Tpm(authority=ROOT, attest_type=0x8018), InvalidData),
    "tpm-subject": (
        Tpm(authority=ROOT, subject=certificates.name(common_name="TPM")),
        InvalidData,
    ),
    "tpm-no-usage": (Tpm(authority=ROOT, extended_key_usage=None), x509.ExtensionNotFound),
    "tpm-other-usage": (Tpm(authority=ROOT, extended_key_usage="2.23.133.8.1"), InvalidData),
    "tpm-no-alternative-name": (Tpm(authority=ROOT, manufacturer=None), x509.ExtensionNotFound),
    "apple-nonce": (Apple(authority=ROOT, nonce=bytes(32)), InvalidData),
}


@pytest.mark.parametrize(("maker", "reason"), LIES.values(), ids=LIES)
def test_each_lie_is_in_the_statement(maker: AttestationMaker, reason: type[Exception]) -> None:
    relying_party = RelyingParty(verify_attestation=verify_statement)
    response = attesting(maker).create(relying_party.creation_options())
    with pytest.raises(reason):
        relying_party.register(response)
