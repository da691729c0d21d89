"""The TPM structures of section 16: only keys, names and hashes have a meaning there."""

import struct
from hashlib import sha256

from cryptography import x509

from tests.authenticator.keys import EcKey
from tests.w3c_vectors.certificates import NO_SUBJECT, Authority, Extension

_ALG_ECC, _ALG_SHA256, _ALG_NULL, _CURVE_P256 = 0x0023, 0x000B, 0x0010, 0x0003
_SIGN = 0x00040000
_NOTHING = struct.pack(">H", 0)
_CLOCK_INFO = struct.pack(">QIIB", 0, 0x11111111, 0x22222222, 0x33)
_MANUFACTURER, _MODEL, _VERSION = (
    x509.ObjectIdentifier(f"2.23.133.2.{number}") for number in (1, 2, 3)
)
_AIK_CERTIFICATE = x509.ObjectIdentifier("2.23.133.8.3")


def public_area(key: EcKey) -> bytes:
    """TPMT_PUBLIC."""
    point = key.cose()
    head = struct.pack(">HHI", _ALG_ECC, _ALG_SHA256, _SIGN)
    scheme = struct.pack(">HHHH", _ALG_NULL, _ALG_NULL, _CURVE_P256, _ALG_NULL)
    return head + _NOTHING + scheme + _sized(point[-2]) + _sized(point[-3])


def certify_info(area: bytes, extra_data: bytes) -> bytes:
    """TPMS_ATTEST with TPMS_CERTIFY_INFO."""
    head = b"\xffTCG" + struct.pack(">H", 0x8017)
    name = struct.pack(">H", _ALG_SHA256) + sha256(area).digest()
    firmware = bytes(8)
    parts = (head, _NOTHING, _sized(extra_data), _CLOCK_INFO, firmware, _sized(name), _NOTHING)
    return b"".join(parts)


def certificate(authority: Authority, key: EcKey, *, serial: int) -> bytes:
    maker = {
        _MANUFACTURER: "id:00000000",
        _MODEL: "WebAuthn test vectors",
        _VERSION: "id:00000000",
    }
    attributes = [x509.NameAttribute(oid, value) for oid, value in maker.items()]
    names = x509.Name([x509.RelativeDistinguishedName(attributes)])
    extensions: tuple[Extension, ...] = (
        (x509.ExtendedKeyUsage([_AIK_CERTIFICATE]), False),
        (x509.SubjectAlternativeName([x509.DirectoryName(names)]), True),
    )
    return authority.issue(key.public_key, serial=serial, subject=NO_SUBJECT, extensions=extensions)


def _sized(content: bytes) -> bytes:
    return struct.pack(">H", len(content)) + content
