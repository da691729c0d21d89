"""fido2's own server accepts what we accept, and we refuse what it does not check."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from fido2.attestation.base import Attestation, verify_x509_chain
from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestationConveyancePreference,
    AttestationObject,
    AttestedCredentialData,
    PublicKeyCredentialRpEntity,
    UserVerificationRequirement,
)

from shared import base64url
from shared.errors import TouchstoneError
from shared.webauthn.policy import SignCountPolicy
from tests.authenticator import (
    EXPIRED,
    Apple,
    AssertionLies,
    Authority,
    FidoU2f,
    NoAttestation,
    Packed,
    PackedSelf,
    RegistrationLies,
    Tpm,
    cbor,
    cose,
    generate,
    keys,
)
from tests.webauthn.relying_party import (
    CHALLENGE,
    OTHER_HANDLE,
    POLICY,
    Registered,
    asked_to_create,
    register,
    registered,
    soft_authenticator,
)

ROOT = Authority.new_root()
STATE = {
    "challenge": base64url.encode(CHALLENGE),
    "user_verification": UserVerificationRequirement.REQUIRED,
}
ALGORITHMS = [alg for alg in CoseKey.supported_algorithms() if alg != keys.ES256K]
IMMATERIAL: dict[str, dict[str, Any]] = {
    "honest": {},
    "reserved-flags": {"reserved_flags": 0x22},
    "backed-up": {"backup_eligible": True, "backup_state": True},
    "extensions": {"extensions": {"x": 1}},
    "greatest-sign-count": {"sign_count": 2**32 - 1},
    "client-data-member": {"client_data_extra": {"x": 1}},
    "no-cross-origin-member": {"client_data_omit": ("crossOrigin",)},
    "no-extension-results": {"client_extension_results": {}},
    "other-attachment": {"attachment": "platform"},
}
REGISTRATIONS: dict[str, dict[str, Any]] = {
    **IMMATERIAL,
    "longest-id": {"credential_id": b"i" * 1023},
    "no-aaguid": {"aaguid": bytes(16)},
    "none": {"attestation": NoAttestation()},
    "packed-self": {"attestation": PackedSelf()},
    "packed": {"attestation": Packed(authority=ROOT.intermediate())},
    "packed-rsa": {"attestation": Packed(authority=ROOT, algorithm=keys.RS256)},
    "fido-u2f": {"attestation": FidoU2f(authority=ROOT)},
    "tpm": {"attestation": Tpm(authority=ROOT)},
    "apple": {"attestation": Apple(authority=ROOT)},
}
# What Fido2Server accepts as its documentation shows it used, and we refuse
OURS_TO_REFUSE: dict[str, dict[str, Any]] = {
    "subdomain": {"origin": "https://www.example.org"},
    "port": {"origin": "https://example.org:8443"},
    "userinfo": {"origin": "https://user@example.org"},
    "path": {"origin": "https://example.org/path"},
    "query": {"origin": "https://example.org?query"},
    "fragment": {"origin": "https://example.org#fragment"},
    "cross-origin": {"cross_origin": True},
    "top-origin": {"top_origin": "https://evil.example"},
    "duplicate-member": {"duplicate_client_data_member": ("origin", "https://evil.example")},
    "backed-up-but-not-eligible": {"backup_state": True},
    "extensions-as-list": {"extensions": [1]},
    "envelope-type-missing": {"omit": ("type",)},
}
REGISTRATIONS_OURS_TO_REFUSE: dict[str, dict[str, Any]] = {
    **OURS_TO_REFUSE,
    "algorithm-not-offered": {"key": generate(keys.RS1)},
    "symmetric-key": {"public_key": cose.hs256()},
    "off-curve": {"public_key": cose.off_curve()},
    "ed25519-identity": {"public_key": cose.ed25519_identity()},
    "rsa-exponent-one": {"public_key": cose.rsa_exponent_one()},
    "rsa-small-modulus": {"public_key": cose.rsa_small_modulus()},
    "id-of-another": {"id": b"another", "raw_id": b"another"},
    "id-of-1024-bytes": {"credential_id": bytes(1024)},
    "duplicate-fmt": {"attestation_object": lambda m: cbor.Pairs([("fmt", "x"), *m.items()])},
    "expired": {"attestation": Packed(authority=ROOT, validity=EXPIRED)},
    "two-u2f-certificates": {"attestation": FidoU2f(authority=ROOT.intermediate())},
    "no-authority": {"attestation": Packed(authority=ROOT.intermediate(is_ca=False))},
    "path-too-long": {
        "attestation": Packed(authority=ROOT.intermediate(path_length=0).intermediate())
    },
    "apple-other-key": {"attestation": Apple(authority=ROOT, certified_key=generate(keys.ES256))},
}
ASSERTIONS_OURS_TO_REFUSE: dict[str, dict[str, Any]] = {
    **OURS_TO_REFUSE,
    "sign-count-zero": {"sign_count": 0},
    "other-handle": {"user_handle": bytes(OTHER_HANDLE)},
}


def fido2_server() -> Fido2Server:
    return Fido2Server(
        PublicKeyCredentialRpEntity(name="Example", id="example.org"),
        attestation=AttestationConveyancePreference.DIRECT,
        verify_attestation=_verify_statement,
    )


def _verify_statement(attestation: AttestationObject, client_data_hash: bytes) -> None:
    verifier = Attestation.for_type(attestation.fmt)()
    result = verifier.verify(attestation.att_stmt, attestation.auth_data, client_data_hash)
    if result.trust_path:
        verify_x509_chain(result.trust_path)


def fido2_registers(message: Mapping[str, Any]) -> AttestedCredentialData:
    credential = fido2_server().register_complete(STATE, message).credential_data
    assert credential is not None
    return credential


def fido2_authenticates(alice: Registered, message: Mapping[str, Any]) -> None:
    """With the credential from our record."""
    held = alice.authenticator.latest
    stored = AttestedCredentialData(
        bytes(16) + len(held.id).to_bytes(2) + held.id + alice.record.public_key
    )
    fido2_server().authenticate_complete(STATE, [stored], message)


@pytest.mark.parametrize("lies", REGISTRATIONS.values(), ids=REGISTRATIONS)
def test_fido2_accepts_a_registration_that_we_accept(lies: RegistrationLies) -> None:
    message = soft_authenticator().create(asked_to_create(), **lies)
    ours, theirs = register(message), fido2_registers(message)
    assert ours.credential_id == theirs.credential_id
    assert ours.aaguid == theirs.aaguid
    assert CoseKey.parse(theirs.public_key) == theirs.public_key


@pytest.mark.parametrize("lies", IMMATERIAL.values(), ids=IMMATERIAL)
def test_fido2_accepts_an_assertion_that_we_accept(alice: Registered, lies: dict[str, Any]) -> None:
    message = alice.sign(**lies)
    alice.authenticate(message)
    fido2_authenticates(alice, message)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_fido2_accepts_each_algorithm_that_we_accept(algorithm: int) -> None:
    authenticator = soft_authenticator(algorithm)
    fido2_registers(authenticator.create(asked_to_create()))
    alice = registered(authenticator)
    message = alice.sign()
    alice.authenticate(message)
    fido2_authenticates(alice, message)


@pytest.mark.parametrize(
    "lies", REGISTRATIONS_OURS_TO_REFUSE.values(), ids=REGISTRATIONS_OURS_TO_REFUSE
)
def test_we_refuse_a_registration_that_fido2_accepts(lies: RegistrationLies) -> None:
    message = soft_authenticator().create(asked_to_create(), **lies)
    assert fido2_registers(message)
    with pytest.raises(TouchstoneError):
        register(message)


@pytest.mark.parametrize("lies", ASSERTIONS_OURS_TO_REFUSE.values(), ids=ASSERTIONS_OURS_TO_REFUSE)
def test_we_refuse_an_assertion_that_fido2_accepts(alice: Registered, lies: AssertionLies) -> None:
    message = alice.sign(**lies)
    fido2_authenticates(alice, message)
    with pytest.raises(TouchstoneError):
        alice.authenticate(message)


def test_we_refuse_a_second_use_by_its_counter(alice: Registered) -> None:
    message = alice.sign()
    used = alice.authenticate(message)
    fido2_authenticates(alice, message)
    fido2_authenticates(alice, message)
    later = replace(alice, record=replace(alice.record, sign_count=used.sign_count))
    with pytest.raises(TouchstoneError):
        later.authenticate(message, policy=replace(POLICY, sign_count=SignCountPolicy.STRICT))
