"""A small hostile request allocates little memory."""

import tracemalloc
from collections.abc import Callable

import pytest

from shared.errors import MalformedRequest, RegistrationRejected, TouchstoneError
from shared.json_shape import Shape, parse_object
from shared.webauthn.responses import read_registration_response
from tests.authenticator import cbor, cose
from tests.authenticator.malformed import RUINOUS_ITEMS
from tests.webauthn.relying_party import (
    Registered,
    asked_to_create,
    read_signed,
    register,
    saying,
    soft_authenticator,
)

MEGABYTE = 1 << 20
HUGE = 300_000_000
BOMBS: dict[str, bytes] = {
    **RUINOUS_ITEMS,
    "wide-array": cbor.encode({"fmt": "none", "attStmt": {"x": [0] * 16_000}, "authData": b""}),
    "wide-map": cbor.encode({"attStmt": dict.fromkeys(range(5000), 0)}),
    "many-empty-maps": cbor.encode([{}] * 16_000),
    "declared-array": cbor.declared(cbor.ARRAY, 2**64 - 1),
    "declared-map": cbor.declared(cbor.MAP, 2**64 - 1),
    "declared-bytes": cbor.declared(cbor.BYTES, 2**64 - 1),
    "declared-text": cbor.declared(cbor.TEXT, 2**32 - 1, bytes(100)),
    "arrays-that-declare-much": b"\x9a\xff\xff\xff\xff" * 3_000,
}


def peak_of(action: Callable[[], object], refusal: type[Exception]) -> int:
    tracemalloc.start()
    try:
        with pytest.raises(refusal):
            action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "path",
    [
        *("id", "rawId", "response", "response.clientDataJSON"),
        *("response.authenticatorData", "response.signature", "response.userHandle"),
    ],
)
def test_a_number_in_place_of_bytes_is_not_allocated(alice: Registered, path: str) -> None:
    message = alice.sign(replace={path: HUGE})
    assert peak_of(lambda: read_signed(message), MalformedRequest) < MEGABYTE


@pytest.mark.parametrize("member", ["challenge", "origin", "type", "topOrigin"])
def test_a_number_in_client_data_is_not_allocated(alice: Registered, member: str) -> None:
    message = alice.sign(client_data=saying(**{member: HUGE}))
    assert peak_of(lambda: read_signed(message), MalformedRequest) < MEGABYTE


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_cbor_bomb_is_refused(bomb: bytes) -> None:
    message = soft_authenticator().create(asked_to_create(), attestation_object=bomb[:16_384])
    assert peak_of(lambda: register(message), RegistrationRejected) < 4 * MEGABYTE


@pytest.mark.parametrize("bomb", [bomb for bomb in BOMBS.values() if len(bomb) < 4_000])
def test_a_cbor_bomb_in_an_extension_is_refused(alice: Registered, bomb: bytes) -> None:
    message = alice.sign(extensions=cbor.Raw(bomb))
    assert peak_of(lambda: alice.authenticate(message), TouchstoneError) < MEGABYTE


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":'])
@pytest.mark.parametrize("size", [60_000, 1_000_000])
def test_deep_json_is_refused(opening: bytes, size: int) -> None:
    """At the largest size of a body, and far beyond it."""
    data = b'{"x":' + opening * (size // len(opening))
    with pytest.raises(ValueError, match=r"nested|Expecting"):
        parse_object(data)


@pytest.mark.parametrize("digits", [5_000, 60_000])
def test_a_long_number_is_not_computed(digits: int) -> None:
    with pytest.raises(ValueError, match="4300"):
        parse_object(b'{"x":' + b"9" * digits + b"}")


def test_a_large_rsa_key_is_not_computed_with() -> None:
    key = cose.rsa_huge_modulus(65_536)
    message = soft_authenticator().create(asked_to_create(), public_key=key)
    assert peak_of(lambda: register(message), RegistrationRejected) < MEGABYTE


@pytest.mark.parametrize("member", ["id", "rawId"])
def test_a_member_that_is_too_long_is_not_decoded(member: str) -> None:
    members = soft_authenticator().create(asked_to_create()) | {member: "A" * 8 * MEGABYTE}
    shape = Shape(members)
    peak = peak_of(lambda: read_registration_response(shape), MalformedRequest)
    assert peak < MEGABYTE
