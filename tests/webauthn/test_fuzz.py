"""Any input is accepted for a valid reason or refused with the right error."""

import json
from contextlib import suppress

import pytest
from fido2 import cbor
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import AuthenticationRejected, MalformedRequest, RegistrationRejected
from shared.json_shape import Shape, parse_object
from shared.webauthn.client_data import read_client_data
from shared.webauthn.public_keys import read_public_key
from shared.webauthn.responses import read_authentication_response, read_registration_response
from tests.authenticator import (
    AndroidKey,
    Apple,
    Authority,
    FidoU2f,
    NoAttestation,
    Packed,
    PackedSelf,
    Tpm,
    base64url,
    generate,
    keys,
)
from tests.webauthn.mutations import (
    Message,
    bounded,
    json_objects,
    json_values,
    spoiled,
    spoiled_cbor,
    spoiled_json,
)
from tests.webauthn.relying_party import (
    POLICY,
    asked_to_create,
    register,
    registered,
    soft_authenticator,
)

ROOT = Authority.new_root()
REGISTRATIONS: dict[str, Message] = {
    maker.__class__.__name__: soft_authenticator().create(asked_to_create(), attestation=maker)
    for maker in (
        NoAttestation(),
        PackedSelf(),
        Packed(authority=ROOT.intermediate()),
        FidoU2f(authority=ROOT),
        Tpm(authority=ROOT),
        Apple(authority=ROOT),
        AndroidKey(authority=ROOT),
    )
}
ALICE = registered(soft_authenticator())
ASSERTION = ALICE.sign()
KEYS = {
    algorithm: cbor.encode(generate(algorithm).cose())
    for algorithm in (keys.ES256, keys.RS256, keys.EDDSA, keys.ML_DSA_44)
}
SIGNED = ("authenticatorData", "clientDataJSON", "signature")


def as_json(value: object) -> bytes:
    return json.dumps(value).encode()


def with_response(message: Message, **members: bytes) -> Message:
    encoded = {name: base64url.encode(value) for name, value in members.items()}
    return {**message, "response": message["response"] | encoded}


def held(message: Message, member: str) -> bytes:
    return base64url.decode(message["response"][member])


def check_registration(message: Message, honest: Message) -> None:
    """Accepted or refused; and if accepted, for a key that could have been offered honestly."""
    try:
        verified = register(message)
    except (MalformedRequest, RegistrationRejected):
        return
    assert verified.credential_id == base64url.decode(message["id"])
    assert read_public_key(decoded(verified.public_key), offered=POLICY.algorithms)
    if verified.attestation_format not in ("none", "fido-u2f"):
        # The statement signs all of it, but U2F does not sign the flags or the counter.
        assert verified == register(honest)


def decoded(data: bytes) -> dict[int, object]:
    value = cbor.decode(data)
    assert isinstance(value, dict)
    return value


@bounded
@given(st.binary(max_size=200) | json_values.map(as_json))
def test_any_bytes_are_a_json_object_or_refused(data: bytes) -> None:
    with suppress(ValueError):
        assert isinstance(parse_object(data), dict)


@bounded
@given(json_objects)
def test_any_object_is_read_or_malformed(members: Message) -> None:
    for read in (read_registration_response, read_authentication_response):
        with suppress(MalformedRequest):
            read(Shape(members))


@bounded
@given(json_objects, json_objects)
def test_any_object_of_the_right_shape_is_read_or_malformed(
    members: Message, response: Message
) -> None:
    envelope = {"id": "AAAA", "rawId": "AAAA", "type": "public-key", **members}
    for read in (read_registration_response, read_authentication_response):
        with suppress(MalformedRequest):
            read(Shape({**envelope, "response": response}))


@bounded
@given(spoiled(held(ASSERTION, "clientDataJSON")) | json_objects.map(as_json))
def test_any_client_data_is_read_or_malformed(data: bytes) -> None:
    with suppress(MalformedRequest):
        read_client_data(data)


@pytest.mark.parametrize("name", REGISTRATIONS)
@bounded
@given(data=st.data())
def test_spoiled_attestation_object(name: str, data: st.DataObject) -> None:
    honest = REGISTRATIONS[name]
    attestation_object = data.draw(
        spoiled(held(honest, "attestationObject")) | spoiled_cbor(held(honest, "attestationObject"))
    )
    check_registration(with_response(honest, attestationObject=attestation_object), honest)


@pytest.mark.parametrize("name", REGISTRATIONS)
@bounded
@given(data=st.data())
def test_spoiled_registration_json(name: str, data: st.DataObject) -> None:
    honest = REGISTRATIONS[name]
    check_registration(data.draw(spoiled_json(honest)), honest)


@bounded
@given(data=st.data())
def test_spoiled_authenticator_data_of_a_registration(data: st.DataObject) -> None:
    """Unsigned under `none`, so that every byte of it reaches the readers."""
    honest = REGISTRATIONS["NoAttestation"]
    object_ = held(honest, "attestationObject")
    start = object_.index(b"hauthData") + 11
    authenticator_data = data.draw(spoiled(object_[start:]))
    head = object_[: start - 2] + b"\x59" + len(authenticator_data).to_bytes(2)
    check_registration(with_response(honest, attestationObject=head + authenticator_data), honest)


@pytest.mark.parametrize("member", SIGNED)
@bounded
@given(data=st.data())
def test_spoiled_assertion(member: str, data: st.DataObject) -> None:
    honest = held(ASSERTION, member)
    changed = data.draw(spoiled(honest))
    message = with_response(ASSERTION, **{member: changed})
    if changed == honest:
        ALICE.authenticate(message)
        return
    with pytest.raises((MalformedRequest, AuthenticationRejected)):
        ALICE.authenticate(message)


@bounded
@given(message=spoiled_json(ASSERTION))
def test_spoiled_assertion_json(message: Message) -> None:
    try:
        ALICE.authenticate(message)
    except (MalformedRequest, AuthenticationRejected):
        return
    for member in SIGNED:
        assert message["response"][member] == ASSERTION["response"][member]
    assert message["id"] == message["rawId"] == ASSERTION["id"]


@pytest.mark.parametrize("algorithm", KEYS)
@bounded
@given(data=st.data())
def test_spoiled_public_key(algorithm: int, data: st.DataObject) -> None:
    honest = KEYS[algorithm]
    key = data.draw(spoiled_cbor(honest) | spoiled(honest))
    message = soft_authenticator().create(asked_to_create(), public_key=key)
    check_registration(message, message)
