"""A strict reading of public keys.

fido2 accepts any key that it can parse, and checks the numbers only at the first sign-in. So this
module refuses a key that can never verify, or for which anyone can sign (RSA with exponent 1, an
Edwards point of small order). It also refuses a key with members that its type does not have (L3
section 6.5.1 allows `alg` and the parameters that the key type requires, and no others): they would
be stored, and parsed at each sign-in.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeIs

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from fido2.cose import CoseKey

from shared.cose import parse_key
from shared.errors import Reason, RegistrationRejected
from shared.webauthn.algorithms import ML_DSA
from shared.webauthn.public_keys.edwards import ED448, ED25519, EdwardsCurve, check_point

_KTY, _ALG = 1, 3
_CRV, _X, _Y = -1, -2, -3
_N, _E = -1, -2
_OKP, _EC2, _RSA, _AKP = 1, 2, 3, 7
_LABELS = {
    _OKP: {_KTY, _ALG, _CRV, _X},
    _EC2: {_KTY, _ALG, _CRV, _X, _Y},
    _RSA: {_KTY, _ALG, _N, _E},
    _AKP: {_KTY, _ALG, -1},
}

_EC_CURVES: dict[int, tuple[int, int, ec.EllipticCurve]] = {
    -7: (1, 32, ec.SECP256R1()),
    -35: (2, 48, ec.SECP384R1()),
    -36: (3, 66, ec.SECP521R1()),
}
_ED_CURVES: dict[int, tuple[int, int, EdwardsCurve]] = {
    -8: (6, 32, ED25519),
    -53: (7, 57, ED448),
}
_RSA_BITS = range(2048, 8193)
# Smaller exponents make forging cheap, above all 1 (FIPS 186-5 section 5.1). OpenSSL verifies
# nothing with a long modulus and an exponent of more than 64 bits.
_RSA_EXPONENTS = range(65537, 1 << 64)


def read_public_key(key: Mapping[Any, Any], *, offered: Sequence[int]) -> CoseKey:
    """Return a key that can verify signatures.

    Raise RegistrationRejected for an algorithm that was not offered (L3 section 7.1, step 20) or
    for parameters that RFC 9053 does not allow with it.
    """
    algorithm = key.get(_ALG)
    if not _is_integer(algorithm) or algorithm not in offered:
        raise RegistrationRejected(Reason.ALGORITHM_NOT_OFFERED)
    try:
        _check_parameters(key, algorithm)
        _check_labels(key)
    except ValueError as error:
        raise RegistrationRejected(Reason.PUBLIC_KEY_UNUSABLE) from error
    return parse_key(key)


def _check_labels(key: Mapping[Any, Any]) -> None:
    if key.keys() != _LABELS[key[_KTY]]:
        raise ValueError("COSE labels that are not of the key type")


def _check_parameters(key: Mapping[Any, Any], algorithm: int) -> None:
    if algorithm in _EC_CURVES:
        _check_ec2(key, *_EC_CURVES[algorithm])
    elif algorithm in _ED_CURVES:
        _check_okp(key, *_ED_CURVES[algorithm])
    elif algorithm in ML_DSA:
        _expect(key, _KTY, _AKP)
        _read_bytes(key, -1, ML_DSA[algorithm])
    else:
        _check_rsa(key)


def _check_ec2(key: Mapping[Any, Any], crv: int, size: int, curve: ec.EllipticCurve) -> None:
    _expect(key, _KTY, _EC2)
    _expect(key, _CRV, crv)
    x, y = _read_bytes(key, _X, size), _read_bytes(key, _Y, size)
    numbers = ec.EllipticCurvePublicNumbers(int.from_bytes(x), int.from_bytes(y), curve)
    numbers.public_key()  # raises ValueError for a point that is not on the curve


def _check_okp(key: Mapping[Any, Any], crv: int, size: int, curve: EdwardsCurve) -> None:
    _expect(key, _KTY, _OKP)
    _expect(key, _CRV, crv)
    check_point(_read_bytes(key, _X, size), curve)


def _check_rsa(key: Mapping[Any, Any]) -> None:
    _expect(key, _KTY, _RSA)
    modulus, exponent = _read_number(key, _N), _read_number(key, _E)
    if modulus.bit_length() not in _RSA_BITS or modulus % 2 == 0 or exponent not in _RSA_EXPONENTS:
        raise ValueError("RSA parameters")
    rsa.RSAPublicNumbers(exponent, modulus).public_key()


def _expect(key: Mapping[Any, Any], label: int, value: int) -> None:
    found = key.get(label)
    if not _is_integer(found) or found != value:
        raise ValueError(f"COSE label {label}")


def _read_bytes(key: Mapping[Any, Any], label: int, size: int | None = None) -> bytes:
    value = key.get(label)
    if not isinstance(value, bytes) or (size is not None and len(value) != size):
        raise ValueError(f"COSE label {label}")
    return value


def _read_number(key: Mapping[Any, Any], label: int) -> int:
    """RFC 8230 section 4: in as few octets as possible."""
    value = _read_bytes(key, label)
    if not value or len(value) > _RSA_BITS.stop // 8 or value[0] == 0:
        raise ValueError(f"COSE label {label}")
    return int.from_bytes(value)


def _is_integer(value: object) -> TypeIs[int]:
    return isinstance(value, int) and not isinstance(value, bool)
