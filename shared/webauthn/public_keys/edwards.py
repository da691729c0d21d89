"""Points of the curves behind EdDSA, checked before one is accepted as a public key.

OpenSSL accepts any bytes as a key. Bytes that are no point verify nothing. For a point of small
order anyone can make signatures, which is why RFC 8032 section 5.1.7 mentions the cofactor.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class EdwardsCurve:
    """ax² + y² = 1 + dx²y² over a prime field."""

    prime: int
    a: int
    d: int
    doublings: int
    """After this many doublings every point of small order is the neutral one: log2 of the
    cofactor."""


# RFC 8032 sections 5.1 and 5.2
_P25519 = 2**255 - 19
ED25519 = EdwardsCurve(
    prime=_P25519, a=-1, d=-121665 * pow(121666, -1, _P25519) % _P25519, doublings=3
)
ED448 = EdwardsCurve(prime=2**448 - 2**224 - 1, a=1, d=-39081, doublings=2)


def check_point(encoded: bytes, curve: EdwardsCurve) -> None:
    """Raise ValueError unless it is a point, canonically encoded and not of small order."""
    sign = 1 << (8 * len(encoded) - 1)  # the sign of x; x and -x give the same result here
    y = int.from_bytes(encoded, "little") & ~sign
    # Euler's criterion. x is 0 for two points only, and their order is small.
    if y >= curve.prime or pow(_x_squared(y, curve), (curve.prime - 1) // 2, curve.prime) != 1:
        raise ValueError("not a point of the curve")
    for _ in range(curve.doublings):
        y = _double(y, curve)
    if y == 1:
        raise ValueError("a point of small order")


def _x_squared(y: int, curve: EdwardsCurve) -> int:
    return (1 - y * y) * pow(curve.a - curve.d * y * y, -1, curve.prime) % curve.prime


def _double(y: int, curve: EdwardsCurve) -> int:
    xx, yy = _x_squared(y, curve), y * y
    return (yy - curve.a * xx) * pow(1 - curve.d * xx * yy, -1, curve.prime) % curve.prime
