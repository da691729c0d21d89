"""TPMT_PUBLIC and TPMS_ATTEST, as the TPM 2.0 Library part 2 lays them out."""

import struct
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

GENERATED_VALUE = b"\xffTCG"
ATTEST_CERTIFY = 0x8017
_ALG_RSA, _ALG_SHA256, _ALG_NULL, _ALG_ECC = 0x0001, 0x000B, 0x0010, 0x0023
_ATTRIBUTES = 0x00060472
"""fixedTPM, fixedParent, sensitiveDataOrigin, userWithAuth, noDA, decrypt, sign."""
_CURVES = {"secp256r1": 3, "secp384r1": 4, "secp521r1": 5}
_CLOCK, _RESETS, _RESTARTS, _FIRMWARE = 1_000_000, 7, 3, 0x0007000200000000


def public_area(key: CertificatePublicKeyTypes) -> bytes:
    """TPMT_PUBLIC of an unrestricted signing key."""
    policy = _sized(sha256(b"policy").digest())
    match key:
        case rsa.RSAPublicKey():
            return _common(_ALG_RSA) + policy + _rsa(key.public_numbers(), key.key_size)
        case ec.EllipticCurvePublicKey():
            return _common(_ALG_ECC) + policy + _ecc(key.public_numbers(), key.key_size)
    raise TypeError(f"a TPM holds no {type(key).__name__}")


def name_of(area: bytes) -> bytes:
    """TPM 2.0 Library part 1 §16: the name algorithm and the hash by it."""
    return struct.pack(">H", _ALG_SHA256) + sha256(area).digest()


def attest(*, magic: bytes, attest_type: int, extra_data: bytes, name: bytes, safe: int) -> bytes:
    """TPMS_ATTEST with TPMS_CERTIFY_INFO."""
    signer = _sized(name_of(b"attestation identity key"))
    clock_info = struct.pack(">QIIB", _CLOCK, _RESETS, _RESTARTS, safe)
    return b"".join(
        (
            magic,
            struct.pack(">H", attest_type),
            signer,
            _sized(extra_data),
            clock_info,
            struct.pack(">Q", _FIRMWARE),
            _sized(name),
            _sized(name_of(b"qualified " + name)),
        )
    )


def _common(algorithm: int) -> bytes:
    return struct.pack(">HHI", algorithm, _ALG_SHA256, _ATTRIBUTES)


def _rsa(numbers: rsa.RSAPublicNumbers, bits: int) -> bytes:
    exponent = 0 if numbers.e == 65537 else numbers.e
    parameters = struct.pack(">HHHI", _ALG_NULL, _ALG_NULL, bits, exponent)
    return parameters + _sized(numbers.n.to_bytes((bits + 7) // 8))


def _ecc(numbers: ec.EllipticCurvePublicNumbers, bits: int) -> bytes:
    curve, size = _CURVES[numbers.curve.name], (bits + 7) // 8
    parameters = struct.pack(">HHHH", _ALG_NULL, _ALG_NULL, curve, _ALG_NULL)
    return parameters + _sized(numbers.x.to_bytes(size)) + _sized(numbers.y.to_bytes(size))


def _sized(content: bytes) -> bytes:
    return struct.pack(">H", len(content)) + content
