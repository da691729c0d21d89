"""The check of points agrees with OpenSSL's own keys."""

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shared.webauthn.public_keys.edwards import ED448, ED25519, EdwardsCurve, check_point

IDENTITY = (1).to_bytes(32, "little")


def is_point(y: int, curve: EdwardsCurve, size: int) -> bool:
    try:
        check_point(y.to_bytes(size, "little"), curve)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("number", range(64))
def test_accepts_true_keys(number: int) -> None:
    seed = number.to_bytes(57)
    ed25519 = Ed25519PrivateKey.from_private_bytes(seed[-32:]).public_key()
    check_point(ed25519.public_bytes_raw(), ED25519)
    ed448 = Ed448PrivateKey.from_private_bytes(seed).public_key()
    check_point(ed448.public_bytes_raw(), ED448)


def test_openssl_accepts_a_forged_signature_of_the_neutral_point() -> None:
    key = Ed25519PublicKey.from_public_bytes(IDENTITY)
    key.verify(IDENTITY + bytes(32), b"any message")
    with pytest.raises(ValueError, match="point"):
        check_point(IDENTITY, ED25519)


def test_openssl_accepts_a_key_that_is_not_a_point() -> None:
    no_point = (2).to_bytes(32, "little")
    with pytest.raises(InvalidSignature):
        Ed25519PublicKey.from_public_bytes(no_point).verify(bytes(64), b"any message")
    with pytest.raises(ValueError, match="not a point"):
        check_point(no_point, ED25519)


@pytest.mark.parametrize(("curve", "size"), [(ED25519, 32), (ED448, 57)])
def test_about_half_of_all_numbers_are_not_points(curve: EdwardsCurve, size: int) -> None:
    assert 80 < sum(is_point(y, curve, size) for y in range(2, 202)) < 120


@pytest.mark.parametrize(("curve", "size"), [(ED25519, 32), (ED448, 57)])
def test_a_point_has_one_encoding(curve: EdwardsCurve, size: int) -> None:
    y = next(y for y in range(3, 19) if is_point(y, curve, size))
    with pytest.raises(ValueError, match="not a point"):
        check_point((y + curve.prime).to_bytes(size, "little"), curve)
