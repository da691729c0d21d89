"""The `android-key` statement (L3 section 8.4), which fido2 does not verify."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from cryptography import x509
from fido2.webauthn import AuthenticatorData

from shared.ceremonies.attestation.certificates import (
    check_chain,
    check_leaf_key,
    verify_leaf_signature,
)
from shared.ceremonies.attestation.der import Element, read_elements, read_integer
from shared.ceremonies.attestation.extensions import read_extensions
from shared.ceremonies.attestation.types import AttestationType

_KEY_DESCRIPTION = "1.3.6.1.4.1.11129.2.1.17"
# Positions in KeyDescription, and tags in AuthorizationList, of Android's attestation schema
_ATTESTATION_CHALLENGE, _SOFTWARE_ENFORCED, _HARDWARE_ENFORCED = 4, 6, 7
_PURPOSE, _ALL_APPLICATIONS, _ORIGIN = 1, 600, 702
_KM_PURPOSE_SIGN, _KM_ORIGIN_GENERATED = 2, 0


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


def _key_description(leaf: bytes) -> list[Element]:
    extension = read_extensions(x509.load_der_x509_certificate(leaf))[_KEY_DESCRIPTION]
    (sequence,) = read_elements(extension.value)
    return list(read_elements(sequence.content))


def _check_key_description(description: list[Element], client_data_hash: bytes) -> None:
    if description[_ATTESTATION_CHALLENGE].content != client_data_hash:
        raise ValueError("attestationChallenge is not the hash of the client data")
    for tag, content in _authorizations(description):
        if tag == _ALL_APPLICATIONS:
            raise ValueError("the key is open to all applications")
        # Either list may leave purpose and origin out, as the W3C's own test vector does;
        # what a list does say has to agree.
        if tag == _ORIGIN and _integers(content) != [_KM_ORIGIN_GENERATED]:
            raise ValueError("the key was not generated in the device")
        if tag == _PURPOSE and _integers(_set_content(content)) != [_KM_PURPOSE_SIGN]:
            raise ValueError("the key is not for signing alone")


def _authorizations(description: list[Element]) -> Iterator[tuple[int, bytes]]:
    for position in (_SOFTWARE_ENFORCED, _HARDWARE_ENFORCED):
        for element in read_elements(description[position].content):
            yield element.tag, element.content


def _set_content(content: bytes) -> bytes:
    (element,) = read_elements(content)
    return element.content


def _integers(content: bytes) -> list[int]:
    return [read_integer(element) for element in read_elements(content)]
