"""Honest statements of every format of L3 section 8, and the results of their verification."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography import x509

from shared.errors import Reason, RegistrationRejected
from shared.webauthn.attestation import AttestationType
from shared.webauthn.policy import AttestationConveyance
from shared.webauthn.registration import VerifiedRegistration
from tests.authenticator import (
    AAGUID,
    AndroidKey,
    Apple,
    AttestationMaker,
    Authority,
    FidoU2f,
    NoAttestation,
    Packed,
    PackedSelf,
    Tpm,
    certificates,
    keys,
)
from tests.authenticator.certificates import Validity
from tests.authenticator.certified import Certified
from tests.webauthn.relying_party import (
    NOW,
    POLICY,
    asked_to_create,
    register,
    soft_authenticator,
)

ROOT = Authority.new_root()
INTERMEDIATE = ROOT.intermediate()
FORMATS: dict[str, tuple[AttestationMaker, str, AttestationType]] = {
    "none": (NoAttestation(), "none", AttestationType.NONE),
    "packed-self": (PackedSelf(), "packed", AttestationType.SELF),
    "packed": (Packed(authority=ROOT), "packed", AttestationType.BASIC),
    "packed-below-intermediate": (Packed(authority=INTERMEDIATE), "packed", AttestationType.BASIC),
    "packed-with-root": (
        Packed(authority=INTERMEDIATE, with_root=True),
        "packed",
        AttestationType.BASIC,
    ),
    "packed-without-aaguid": (
        Packed(authority=ROOT, aaguid_extension=False),
        "packed",
        AttestationType.BASIC,
    ),
    **{
        f"packed-of-algorithm-{algorithm}": (
            Packed(authority=ROOT, algorithm=algorithm),
            "packed",
            AttestationType.BASIC,
        )
        for algorithm in (keys.ES384, keys.ES512, keys.RS256, keys.EDDSA)
    },
    "fido-u2f": (FidoU2f(authority=ROOT), "fido-u2f", AttestationType.BASIC),
    "tpm": (Tpm(authority=ROOT), "tpm", AttestationType.ATTESTATION_CA),
    **{
        f"tpm-of-algorithm-{algorithm}": (
            Tpm(authority=ROOT, algorithm=algorithm),
            "tpm",
            AttestationType.ATTESTATION_CA,
        )
        for algorithm in (keys.ES384, keys.ES512, keys.RS256, keys.PS256, keys.RS1)
    },
    **{
        f"tpm-of-{manufacturer}": (
            Tpm(authority=ROOT, manufacturer=manufacturer),
            "tpm",
            AttestationType.ATTESTATION_CA,
        )
        for manufacturer in (
            *("id:53454345", "id:5345414C", "id:4E534700"),
            *("id:53544D20", "id:4E544300", "id:494e5443", "ID:494E5443", "id:00000000"),
        )
    },
    "tpm-names-apart": (
        Tpm(authority=ROOT, names_apart=True),
        "tpm",
        AttestationType.ATTESTATION_CA,
    ),
    "tpm-unsafe-clock": (Tpm(authority=ROOT, safe=0x33), "tpm", AttestationType.ATTESTATION_CA),
    "apple": (Apple(authority=INTERMEDIATE), "apple", AttestationType.ANONYMIZATION_CA),
    "android-key": (AndroidKey(authority=ROOT), "android-key", AttestationType.BASIC),
    "android-key-in-software": (
        AndroidKey(authority=ROOT, enforced_by="software"),
        "android-key",
        AttestationType.BASIC,
    ),
    "android-key-of-few-words": (
        AndroidKey(authority=ROOT, purposes=None, origin=None),
        "android-key",
        AttestationType.BASIC,
    ),
}
# A policy qualifier of a kind that X.509 libraries refuse, as the certificates of some TPMs have it
UNREADABLE = (
    x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.32"), b"\x30\x03\x0c\x01x"),
    False,
)
UNREADABLE_ABOVE = ROOT.intermediate(extensions=(UNREADABLE,))
BOUND_TO_THE_KEY: dict[str, AttestationMaker] = {
    "packed-self": PackedSelf(),
    "tpm": Tpm(authority=ROOT),
    "apple": Apple(authority=ROOT),
    "android-key": AndroidKey(authority=ROOT),
}


def attested(
    maker: AttestationMaker, *, algorithm: int = keys.ES256, at: datetime = NOW
) -> VerifiedRegistration:
    message = soft_authenticator(algorithm).create(asked_to_create(), attestation=maker)
    return register(message, at=at)


@pytest.mark.parametrize(("maker", "fmt", "kind"), FORMATS.values(), ids=FORMATS)
def test_accepts_registration(maker: AttestationMaker, fmt: str, kind: AttestationType) -> None:
    verified = attested(maker)
    assert verified.attestation_format == fmt
    assert verified.attestation_type is kind
    assert verified.aaguid == (bytes(16) if maker.zero_aaguid else AAGUID)


@pytest.mark.parametrize("maker", BOUND_TO_THE_KEY.values(), ids=BOUND_TO_THE_KEY)
@pytest.mark.parametrize("algorithm", [keys.RS256, keys.ES384, keys.ES512])
def test_accepts_attestation_of_other_keys(maker: AttestationMaker, algorithm: int) -> None:
    assert attested(maker, algorithm=algorithm).attestation_type is not AttestationType.NONE


@pytest.mark.parametrize("conveyance", AttestationConveyance)
def test_a_statement_is_verified_whether_or_not_it_was_asked_for(
    conveyance: AttestationConveyance,
) -> None:
    policy = replace(POLICY, attestation=conveyance)
    honest = soft_authenticator().create(asked_to_create(policy), attestation=PackedSelf())
    assert register(honest, policy=policy).attestation_type is AttestationType.SELF
    forged = soft_authenticator().create(
        asked_to_create(policy), attestation=PackedSelf(), signature=b"forged"
    )
    with pytest.raises(RegistrationRejected) as refused:
        register(forged, policy=policy)
    assert refused.value.reason is Reason.ATTESTATION_INVALID


def test_a_certificate_is_valid_from_its_first_second_to_its_last() -> None:
    first, last = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC)
    maker = Packed(authority=ROOT, validity=Validity(first, last))
    assert attested(maker, at=first).attestation_type is AttestationType.BASIC
    assert attested(maker, at=last).attestation_type is AttestationType.BASIC
    for at in (first.replace(year=2025), datetime(2026, 2, 1, tzinfo=UTC)):
        with pytest.raises(RegistrationRejected):
            attested(maker, at=at)


@pytest.mark.parametrize("length", [7, 8])
def test_a_chain_may_have_eight_certificates(length: int) -> None:
    authority = ROOT
    for _ in range(length - 1):
        authority = authority.intermediate()
    assert attested(Packed(authority=authority)).attestation_type is AttestationType.BASIC
    with pytest.raises(RegistrationRejected):
        attested(Packed(authority=authority.intermediate().intermediate()))


def test_a_path_may_be_as_long_as_its_authorities_allow() -> None:
    upper = ROOT.intermediate(path_length=1)
    lower = upper.intermediate(path_length=0)
    assert attested(Packed(authority=lower)).attestation_type is AttestationType.BASIC


@pytest.mark.parametrize("kind", [Packed, Tpm, Apple, AndroidKey, FidoU2f])
def test_an_unused_extension_may_be_unreadable(kind: type[Certified]) -> None:
    leaf = kind(authority=ROOT, extra=(UNREADABLE,))
    with pytest.raises(ValueError, match="parsing"):
        _ = x509.load_der_x509_certificate(leaf_of(leaf)).extensions
    assert attested(leaf).attestation_type is not AttestationType.NONE  # type: ignore[arg-type]
    if kind is not FidoU2f:
        above = kind(authority=UNREADABLE_ABOVE)
        assert attested(above).attestation_type is not AttestationType.NONE  # type: ignore[arg-type]


def leaf_of(maker: Certified) -> bytes:
    subject = certificates.name(common_name="leaf")
    leaf = maker.certified(keys.generate(keys.ES256), subject)[0]
    assert isinstance(leaf, bytes)
    return leaf
