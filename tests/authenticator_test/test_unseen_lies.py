"""Attestation lies that fido2 does not check, so the tests read them from the statement."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec

from tests.authenticator import (
    EXPIRED,
    NOT_YET_VALID,
    AndroidKey,
    Apple,
    AttestationMaker,
    Authority,
    FidoU2f,
    Packed,
    Tpm,
    keys,
)
from tests.authenticator_test.relying_party import (
    attesting,
    options_asking_for_attestation,
    statement_of,
)

ROOT = Authority.new_root()
INTERMEDIATE = ROOT.intermediate()
OTHER_KEY = keys.generate(keys.ES256)
LONG_AGO, FAR_OFF = datetime(2021, 6, 1, tzinfo=UTC), datetime(2122, 1, 1, tzinfo=UTC)


def x5c(maker: AttestationMaker) -> list[x509.Certificate]:
    response = attesting(maker).create(options_asking_for_attestation())
    statement = statement_of(response).att_stmt
    return [x509.load_der_x509_certificate(encoded) for encoded in statement["x5c"]]


def leaf(maker: AttestationMaker) -> x509.Certificate:
    return x5c(maker)[0]


def test_an_honest_chain_leads_to_its_root_by_name_and_signature() -> None:
    chain = [*x5c(Packed(authority=INTERMEDIATE.intermediate())), ROOT.certificate]
    assert len(chain) == 4
    for issued, issuer in pairwise(chain):
        issued.verify_directly_issued_by(issuer)


def test_a_forged_certificate_has_only_the_name_of_its_issuer() -> None:
    forged = leaf(Packed(authority=ROOT, forged=True))
    assert forged.issuer == ROOT.certificate.subject
    with pytest.raises(InvalidSignature):
        forged.verify_directly_issued_by(ROOT.certificate)


def test_a_certificate_has_the_given_validity() -> None:
    assert leaf(Packed(authority=ROOT, validity=EXPIRED)).not_valid_after_utc < LONG_AGO
    assert leaf(Packed(authority=ROOT, validity=NOT_YET_VALID)).not_valid_before_utc > FAR_OFF


def test_a_certificate_of_another_version_has_a_valid_signature() -> None:
    first = leaf(Packed(authority=ROOT, version=1))
    assert first.version is x509.Version.v1
    first.verify_directly_issued_by(ROOT.certificate)


def test_the_version_of_a_certificate_is_not_2() -> None:
    with pytest.raises(x509.InvalidVersion):
        leaf(Packed(authority=ROOT, version=2))


def test_an_intermediate_may_lack_the_right_to_issue() -> None:
    _, intermediate = x5c(Packed(authority=ROOT.intermediate(is_ca=False)))
    assert not intermediate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_a_path_may_be_longer_than_allowed() -> None:
    short = ROOT.intermediate(path_length=0)
    _, _, upper = x5c(Packed(authority=short.intermediate()))
    assert upper.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length == 0


def test_the_chain_may_be_replaced() -> None:
    authenticator = attesting(Packed(authority=ROOT, x5c=()))
    response = authenticator.create(options_asking_for_attestation())
    assert statement_of(response).att_stmt["x5c"] == []


@pytest.mark.parametrize(
    "maker",
    [
        Apple(authority=ROOT, certified_key=OTHER_KEY),
        AndroidKey(authority=ROOT, certified_key=OTHER_KEY),
    ],
    ids=["apple", "android-key"],
)
def test_the_certificate_may_carry_another_key(maker: AttestationMaker) -> None:
    assert leaf(maker).public_key() == OTHER_KEY.public_key


def test_u2f_may_come_with_two_certificates_or_another_curve() -> None:
    assert len(x5c(FidoU2f(authority=INTERMEDIATE))) == 2
    key = leaf(FidoU2f(authority=ROOT, algorithm=keys.ES384)).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert key.curve.name == "secp384r1"


def test_an_identity_certificate_names_the_tpm() -> None:
    names = leaf(Tpm(authority=ROOT)).extensions.get_extension_for_class(
        x509.SubjectAlternativeName
    )
    [directory] = names.value.get_values_for_type(x509.DirectoryName)
    assert names.critical
    assert {attribute.oid.dotted_string: attribute.value for attribute in directory} == {
        "2.23.133.2.1": "id:494E5443",
        "2.23.133.2.2": "Test TPM",
        "2.23.133.2.3": "id:00010001",
    }
