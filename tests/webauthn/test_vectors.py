"""Every test vector of WebAuthn Level 3, section 16, through both ceremonies."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared.errors import AuthenticationRejected, Reason, RegistrationRejected
from shared.settings.ceremonies import DEFAULT_ALGORITHMS
from shared.webauthn.attestation import AttestationType
from shared.webauthn.policy import UserVerification
from tests.authenticator import keys
from tests.webauthn import vectors
from tests.webauthn.vectors import LENIENT

CROSS_ORIGIN, TOP_ORIGIN = "none.ES256.crossOrigin", "none.ES256.topOrigin"
SAME_ORIGIN = [name for name in vectors.NAMES_OF_ALL if name not in (CROSS_ORIGIN, TOP_ORIGIN)]
EMBEDDED = replace(LENIENT, top_origins=("https://example.com",))
STRICT = replace(LENIENT, user_verification=UserVerification.REQUIRED)
TYPES = {
    "none.ES256": AttestationType.NONE,
    "none.ES256.long-credential-id": AttestationType.NONE,
    "packed-self.ES256": AttestationType.SELF,
    "packed.ES256": AttestationType.BASIC,
    "packed.ES384": AttestationType.BASIC,
    "packed.ES512": AttestationType.BASIC,
    "packed.RS256": AttestationType.BASIC,
    "packed.EdDSA": AttestationType.BASIC,
    "packed.Ed448": AttestationType.BASIC,
    "tpm.ES256": AttestationType.ATTESTATION_CA,
    "android-key.ES256": AttestationType.BASIC,
    "apple.ES256": AttestationType.ANONYMIZATION_CA,
    "fido-u2f.ES256": AttestationType.BASIC,
}
CERTIFIED = [
    name for name, kind in TYPES.items() if kind not in (AttestationType.NONE, AttestationType.SELF)
]


def test_each_has_its_kind_of_attestation() -> None:
    assert sorted(SAME_ORIGIN) == sorted(TYPES)


@pytest.mark.parametrize("name", SAME_ORIGIN)
def test_accepts_registration(name: str) -> None:
    vector = vectors.find(name)
    given, verified = vector["registration"], vectors.register(vector)
    assert verified.attestation_type is TYPES[name]
    assert verified.attestation_format == vector["fmt"]
    assert verified.aaguid.hex() == given["aaguid"]
    assert (verified.user_verified, verified.backup_eligible, verified.backup_state) == (
        given["uv"],
        given["be"],
        given["bs"],
    )
    assert verified.sign_count == given["sign_count"]


@pytest.mark.parametrize("name", SAME_ORIGIN)
def test_accepts_assertion(name: str) -> None:
    vector = vectors.find(name)
    given, verified = vector["authentication"], vectors.authenticate(vector, vectors.stored(vector))
    assert (verified.user_verified, verified.backup_eligible, verified.backup_state) == (
        given["uv"],
        given["be"],
        given["bs"],
    )


@pytest.mark.parametrize("name", [CROSS_ORIGIN, TOP_ORIGIN])
def test_refuses_embedding_unless_configured(name: str) -> None:
    vector = vectors.find(name)
    with pytest.raises(RegistrationRejected) as registration:
        vectors.register(vector)
    record = vectors.stored(vectors.find("none.ES256"))
    with pytest.raises(AuthenticationRejected) as authentication:
        vectors.authenticate(vector, record)
    assert registration.value.reason is Reason.CROSS_ORIGIN_NOT_ALLOWED
    assert authentication.value.reason is Reason.CROSS_ORIGIN_NOT_ALLOWED


def test_accepts_a_configured_embedding_page() -> None:
    vector = vectors.find(TOP_ORIGIN)
    record = vectors.stored(vector, policy=EMBEDDED)
    assert not vectors.authenticate(vector, record, policy=EMBEDDED).observations


def test_refuses_an_embedding_page_that_is_not_named() -> None:
    """Level 2 clients report only that there is such a page, and not its origin."""
    with pytest.raises(RegistrationRejected) as refused:
        vectors.register(vectors.find(CROSS_ORIGIN), policy=EMBEDDED)
    assert refused.value.reason is Reason.TOP_ORIGIN_NOT_ALLOWED


def test_accepts_a_page_that_is_not_named_where_policy_does() -> None:
    vector = vectors.find(CROSS_ORIGIN)
    policy = replace(LENIENT, unstated_top_origin=True)
    record = vectors.stored(vector, policy=policy)
    assert not vectors.authenticate(vector, record, policy=policy).observations


@pytest.mark.parametrize("name", SAME_ORIGIN)
def test_registration_needs_user_verification_by_default(name: str) -> None:
    vector = vectors.find(name)
    if vector["registration"]["uv"]:
        assert vectors.register(vector, policy=STRICT).user_verified
        return
    with pytest.raises(RegistrationRejected) as refused:
        vectors.register(vector, policy=STRICT)
    assert refused.value.reason is Reason.USER_NOT_VERIFIED


@pytest.mark.parametrize("name", SAME_ORIGIN)
def test_authentication_needs_user_verification_by_default(name: str) -> None:
    vector = vectors.find(name)
    record = vectors.stored(vector)
    if vector["authentication"]["uv"]:
        assert vectors.authenticate(vector, record, policy=STRICT).user_verified
        return
    with pytest.raises(AuthenticationRejected) as refused:
        vectors.authenticate(vector, record, policy=STRICT)
    assert refused.value.reason is Reason.USER_NOT_VERIFIED


def test_ed448_is_accepted_only_if_configured() -> None:
    assert "Ed448" not in DEFAULT_ALGORITHMS
    offered = tuple(algorithm for algorithm in LENIENT.algorithms if algorithm != keys.ED448)
    with pytest.raises(RegistrationRejected) as refused:
        vectors.register(vectors.find("packed.Ed448"), policy=replace(LENIENT, algorithms=offered))
    assert refused.value.reason is Reason.ALGORITHM_NOT_OFFERED


@pytest.mark.parametrize("name", CERTIFIED)
@pytest.mark.parametrize("year", [2023, 3025])
def test_certificates_are_checked_at_the_time_of_registration(name: str, year: int) -> None:
    with pytest.raises(RegistrationRejected) as refused:
        vectors.register(vectors.find(name), at=datetime(year, 6, 1, tzinfo=UTC))
    assert refused.value.reason is Reason.ATTESTATION_INVALID


@pytest.mark.parametrize("name", SAME_ORIGIN)
def test_another_challenge_is_another_ceremony(name: str) -> None:
    vector = vectors.find(name)
    record = vectors.stored(vector)
    with pytest.raises(RegistrationRejected) as registration:
        vectors.register(vector, challenge=bytes(32))
    with pytest.raises(AuthenticationRejected) as authentication:
        vectors.authenticate(vector, record, challenge=bytes(32))
    assert registration.value.reason is Reason.CHALLENGE_MISMATCH
    assert authentication.value.reason is Reason.CHALLENGE_MISMATCH


@pytest.mark.parametrize("name", SAME_ORIGIN)
def test_another_vectors_key_does_not_verify(name: str) -> None:
    vector = vectors.find(name)
    other = vectors.find("none.ES256" if name != "none.ES256" else "packed-self.ES256")
    record = replace(vectors.stored(vector), public_key=vectors.stored(other).public_key)
    with pytest.raises(AuthenticationRejected) as refused:
        vectors.authenticate(vector, record)
    assert refused.value.reason is Reason.SIGNATURE_INVALID
