from typing import Any, Literal

import pytest
from fido2.attestation.base import InvalidSignature
from fido2.webauthn import AttestationObject

from tests.authenticator import PackedSelf, SoftAuthenticator, base64url, cbor, keys
from tests.authenticator_test.relying_party import RelyingParty, verify_statement


def attestation_of(response: dict[str, Any]) -> bytes:
    return base64url.decode(response["response"]["attestationObject"])


@pytest.mark.parametrize("changed", ["auth_data", "client_data"])
def test_a_change_after_signing_breaks_an_attestation(
    authenticator: SoftAuthenticator, changed: Literal["auth_data", "client_data"]
) -> None:
    relying_party = RelyingParty(verify_attestation=verify_statement)
    response = authenticator.create(
        relying_party.creation_options(), attestation=PackedSelf(), changed_after_signing=changed
    )
    with pytest.raises(InvalidSignature):
        relying_party.register(response)


def test_the_attested_credential_data_has_the_lie(
    relying_party: RelyingParty, authenticator: SoftAuthenticator
) -> None:
    response = authenticator.create(
        relying_party.creation_options(),
        aaguid=bytes(16),
        credential_id=b"i" * 1024,
        algorithm_claimed=keys.RS1,
    )
    credential = AttestationObject(attestation_of(response)).auth_data.credential_data
    assert credential is not None
    assert credential.aaguid == bytes(16)
    assert credential.credential_id == b"i" * 1024
    assert credential.public_key[3] == response["response"]["publicKeyAlgorithm"] == keys.RS1
    assert response["id"] == response["rawId"] == base64url.encode(b"i" * 1024)
    assert authenticator.latest.id == b"i" * 1024


def test_a_public_key_can_be_other_bytes(
    relying_party: RelyingParty, authenticator: SoftAuthenticator
) -> None:
    response = authenticator.create(relying_party.creation_options(), public_key=b"\xff\xff")
    assert attestation_of(response).endswith(authenticator.latest.id + b"\xff\xff")


def test_the_credential_id_can_have_a_wrong_length(
    relying_party: RelyingParty, authenticator: SoftAuthenticator
) -> None:
    response = authenticator.create(relying_party.creation_options(), credential_id_length=65535)
    assert b"\xff\xff" + authenticator.latest.id in attestation_of(response)


def test_the_attestation_object_can_have_another_encoding(
    relying_party: RelyingParty, authenticator: SoftAuthenticator
) -> None:
    options = relying_party.creation_options()
    attestation = AttestationObject(
        attestation_of(authenticator.create(options, fmt="packed", att_stmt={"alg": -7}))
    )
    raw = authenticator.create(options, attestation_object=b"\xff")
    written = authenticator.create(options, attestation_object=cbor.Indefinite)

    assert (attestation.fmt, attestation.att_stmt) == ("packed", {"alg": -7})
    assert attestation_of(raw) == b"\xff"
    assert attestation_of(written)[0] == 0xBF


def test_a_statement_can_be_a_function_of_the_honest_one(
    relying_party: RelyingParty, authenticator: SoftAuthenticator
) -> None:
    response = authenticator.create(
        relying_party.creation_options(),
        attestation=PackedSelf(),
        signature=b"s",
        att_stmt=lambda honest: {**honest, "ecdaaKeyId": b""},
    )
    attestation = AttestationObject(attestation_of(response))
    assert attestation.att_stmt == {"alg": keys.ES256, "sig": b"s", "ecdaaKeyId": b""}
