"""The `android-key` statement (L3 section 8.4), which fido2 does not verify."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat import asn1
from fido2.webauthn import AuthenticatorData

from shared.webauthn.attestation.certificates import (
    check_chain,
    check_leaf_key,
    verify_leaf_signature,
)
from shared.webauthn.attestation.der import read_fields
from shared.webauthn.attestation.extensions import read_extensions
from shared.webauthn.attestation.types import AttestationType

_KEY_DESCRIPTION = "1.3.6.1.4.1.11129.2.1.17"
# Tags in AuthorizationList of Android's attestation schema, without their class
_PURPOSE, _ALL_APPLICATIONS, _ORIGIN = b"\x01", b"\x1f\x84\x58", b"\x1f\x85\x3e"
_CLASS_AND_FORM = 0xE0
_KM_PURPOSE_SIGN, _KM_ORIGIN_GENERATED = 2, 0


@asn1.sequence
class _KeyDescription:
    _attestation_version: int
    _attestation_security_level: asn1.TLV
    _key_version: int
    _key_security_level: asn1.TLV
    attestation_challenge: bytes
    _unique_id: bytes
    software_enforced: list[asn1.TLV]
    hardware_enforced: list[asn1.TLV]


@asn1.sequence
class _Origin:
    origin: int


@asn1.sequence
class _Purposes:
    purposes: asn1.SetOf[int]


def verify_android_key(
    statement: Mapping[str, Any], data: AuthenticatorData, client_data_hash: bytes, at: datetime
) -> AttestationType:
    x5c = statement["x5c"]
    verify_leaf_signature(
        x5c[0],
        algorithm=statement["alg"],
        message=data + client_data_hash,
        signature=statement["sig"],
    )
    check_leaf_key(x5c[0], data)
    _check_key_description(_key_description(x5c[0]), client_data_hash)
    check_chain(x5c, at=at)
    return AttestationType.BASIC


def _key_description(leaf: bytes) -> _KeyDescription:
    extension = read_extensions(x509.load_der_x509_certificate(leaf))[_KEY_DESCRIPTION]
    return asn1.decode_der(_KeyDescription, extension.value)


def _check_key_description(description: _KeyDescription, client_data_hash: bytes) -> None:
    if description.attestation_challenge != client_data_hash:
        raise ValueError("attestationChallenge is not the hash of the client data")
    for authorization in description.software_enforced + description.hardware_enforced:
        _check_authorization(_tag_number(authorization), bytes(authorization.data))


def _check_authorization(tag: bytes, content: bytes) -> None:
    if tag == _ALL_APPLICATIONS:
        raise ValueError("the key is open to all applications")
    # Either list may leave out purpose and origin, as in the W3C's test vector. What a list does
    # say must be right.
    if tag == _ORIGIN and read_fields(_Origin, content).origin != _KM_ORIGIN_GENERATED:
        raise ValueError("the key was not generated in the device")
    if tag == _PURPOSE and _purposes(content) != [_KM_PURPOSE_SIGN]:
        raise ValueError("the key is not for signing alone")


def _purposes(content: bytes) -> list[int]:
    return read_fields(_Purposes, content).purposes.as_list()


def _tag_number(element: asn1.TLV) -> bytes:
    """The encoded tag number. The class is ignored, so that a tag of another class hides
    nothing."""
    first, *rest = element.tag_bytes
    return bytes([first & ~_CLASS_AND_FORM, *rest])
