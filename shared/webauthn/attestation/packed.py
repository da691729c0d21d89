"""The `packed` statement (L3 section 8.2)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.x509.oid import NameOID
from fido2.webauthn import AuthenticatorData

from shared.webauthn.attestation.certificates import (
    check_aaguid_extension,
    check_chain,
    credential_public_key,
    verify_leaf_signature,
)
from shared.webauthn.attestation.extensions import basic_constraints, read_extensions
from shared.webauthn.attestation.types import AttestationType

_UNIT = "Authenticator Attestation"


def verify_packed(
    statement: Mapping[str, Any], data: AuthenticatorData, client_data_hash: bytes, at: datetime
) -> AttestationType:
    if "ecdaaKeyId" in statement:
        raise ValueError("ECDAA was taken out of the specification")
    algorithm, message = statement["alg"], data + client_data_hash
    if "x5c" not in statement:
        _verify_self(statement, data, message)
        return AttestationType.SELF
    x5c: Sequence[bytes] = statement["x5c"]
    _check_certificate(x509.load_der_x509_certificate(x5c[0]))
    check_aaguid_extension(x5c[0], data)
    verify_leaf_signature(x5c[0], algorithm=algorithm, message=message, signature=statement["sig"])
    check_chain(x5c, at=at)
    return AttestationType.BASIC


def _verify_self(statement: Mapping[str, Any], data: AuthenticatorData, message: bytes) -> None:
    key = credential_public_key(data)
    if statement["alg"] != key.ALGORITHM:
        raise ValueError("self attestation is by the credential's algorithm")
    key.verify(message, statement["sig"])


def _check_certificate(certificate: x509.Certificate) -> None:
    """L3 section 8.2.1."""
    if certificate.version is not x509.Version.v3:
        raise ValueError("attestation certificate must be version 3")
    if basic_constraints(read_extensions(certificate)).ca:
        raise ValueError("attestation certificate must not be a CA")
    subject = certificate.subject
    for oid in (NameOID.COUNTRY_NAME, NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME):
        if not subject.get_attributes_for_oid(oid):
            raise ValueError(f"attestation certificate's subject lacks {oid.dotted_string}")
    units = subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
    if [unit.value for unit in units] != [_UNIT]:
        raise ValueError("attestation certificate's subject is of another unit")
