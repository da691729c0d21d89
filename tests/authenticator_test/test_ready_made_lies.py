"""The ready-made keys and forms match their names, and can be sent."""

import struct
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor as fido2_cbor

from tests.authenticator import SoftAuthenticator, base64url, cbor, cose
from tests.authenticator.malformed import (
    MALFORMED_ITEMS,
    RUINOUS_ITEMS,
    SPOILED_ATTESTATION_OBJECTS,
)
from tests.authenticator_test.relying_party import RelyingParty


def attestation_of(response: dict[str, Any]) -> bytes:
    return base64url.decode(response["response"]["attestationObject"])


@pytest.mark.parametrize("make", cose.DISHONEST_KEYS.values(), ids=cose.DISHONEST_KEYS)
def test_each_dishonest_key_is_sent_as_it_is(
    relying_party: RelyingParty,
    authenticator: SoftAuthenticator,
    make: Callable[[], dict[int, Any]],
) -> None:
    key = make()
    response = authenticator.create(relying_party.creation_options(), public_key=key)
    assert attestation_of(response).endswith(authenticator.latest.id + cbor.encode(key))


@pytest.mark.parametrize(
    "make", [cose.off_curve, cose.unreduced_coordinate, cose.point_at_infinity]
)
def test_points_off_the_curve_are_not_valid_points(make: Callable[[], dict[int, Any]]) -> None:
    key = make()
    x, y = int.from_bytes(key[cose.X]), int.from_bytes(key[cose.Y])
    with pytest.raises(ValueError, match=r"[Ii]nvalid EC key|not on the curve"):
        ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()


@pytest.mark.parametrize("item", MALFORMED_ITEMS.values(), ids=MALFORMED_ITEMS)
def test_no_malformed_item_survives_a_round_trip(item: bytes) -> None:
    assert not survives(item)


@pytest.mark.parametrize("item", RUINOUS_ITEMS.values(), ids=RUINOUS_ITEMS)
def test_a_ruinous_item_is_small(item: bytes) -> None:
    assert len(item) < 16 * 1024


@pytest.mark.parametrize(
    "form", SPOILED_ATTESTATION_OBJECTS.values(), ids=SPOILED_ATTESTATION_OBJECTS
)
def test_each_spoiled_attestation_object_differs_from_the_honest_one(
    form: Callable[[Mapping[str, Any]], object],
) -> None:
    honest = {"fmt": "none", "attStmt": {}, "authData": bytes(37)}
    spoiled = form(honest)
    assert spoiled != cbor.encode(honest)
    assert isinstance(spoiled, bytes) or cbor.encode(spoiled) != cbor.encode(honest)


def survives(item: bytes) -> bool:
    try:
        return fido2_cbor.encode(fido2_cbor.decode(item)) == item
    except (ValueError, IndexError, KeyError, TypeError, struct.error):
        return False
