"""Attestation certificates: dates, chaining, and the key in the leaf."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from fido2.attestation.base import InvalidSignature, verify_x509_chain
from fido2.cose import CoseKey
from fido2.webauthn import AuthenticatorData

from shared.cose import key_class
from shared.webauthn.attestation.extensions import (
    basic_constraints,
    check_critical,
    may_issue,
    read_extensions,
)

MAX_CHAIN = 8
_FIDO_AAGUID = "1.3.6.1.4.1.45724.1.1.4"
_OCTET_STRING_OF_16 = b"\x04\x10"
_RSA_BITS = range(2048, 8193)
_MOST_RSA_EXPONENT_BITS = 64
_RS1 = -65535
_BROKEN_HASHES = ("md5", "sha1")


def check_chain(x5c: Sequence[bytes], *, at: datetime) -> None:
    """Raise unless every certificate is well-formed and in date, and each was issued by the next
    one, which must be allowed to issue it."""
    if len(x5c) > MAX_CHAIN:
        raise ValueError("attestation chain too long")
    certificates = [x509.load_der_x509_certificate(der) for der in x5c]
    for certificate in certificates:
        _check_certificate(certificate, at=at)
    _check_hashes(certificates)
    for below, (subject, issuer) in enumerate(pairwise(certificates)):
        extensions = read_extensions(issuer)
        constraints = basic_constraints(extensions)
        if subject.issuer != issuer.subject or not may_issue(extensions):
            raise ValueError("attestation certificate not issued by the next one")
        # RFC 5280 section 4.2.1.9 counts the authorities below this one.
        if constraints.path_length is not None and below > constraints.path_length:
            raise ValueError("attestation chain longer than its authorities allow")
    verify_x509_chain(list(x5c))


def _check_certificate(certificate: x509.Certificate, *, at: datetime) -> None:
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        raise ValueError("attestation certificate out of date")
    check_critical(read_extensions(certificate))
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        _check_rsa(key)


def _check_rsa(key: rsa.RSAPublicKey) -> None:
    """A long exponent makes each verification take twenty times as long."""
    exponent_bits = key.public_numbers().e.bit_length()
    if key.key_size not in _RSA_BITS or exponent_bits > _MOST_RSA_EXPONENT_BITS:
        raise ValueError("attestation certificate with a short RSA key, or one that is dear to use")


def _check_hashes(certificates: Sequence[x509.Certificate]) -> None:
    for position, certificate in enumerate(certificates):
        algorithm = certificate.signature_hash_algorithm
        if algorithm is None or algorithm.name not in _BROKEN_HASHES:
            continue
        # Nobody relies on a root's signature on itself.
        last_above_the_leaf = 0 < position == len(certificates) - 1
        if not (last_above_the_leaf and _is_signed_by_itself(certificate)):
            raise ValueError("attestation certificate signed over a broken hash")


def _is_signed_by_itself(certificate: x509.Certificate) -> bool:
    if certificate.subject != certificate.issuer:
        return False
    encoded = certificate.public_bytes(Encoding.DER)
    try:
        verify_x509_chain([encoded, encoded])
    except InvalidSignature:
        return False
    return True


def check_leaf_key(leaf: bytes, data: AuthenticatorData) -> None:
    """Raise unless the certificate is for the key that is being registered."""
    registered = credential_public_key(data)
    certificate = x509.load_der_x509_certificate(leaf)
    certified = type(registered).from_cryptography_key(certificate.public_key())
    if certified != registered:
        raise ValueError("attestation certificate is for another key")


def check_aaguid_extension(leaf: bytes, data: AuthenticatorData) -> None:
    """Raise if the certificate names an AAGUID and it is not the credential's (L3 section 8.3)."""
    if data.credential_data is None:
        raise ValueError("no attested credential data")
    extensions = read_extensions(x509.load_der_x509_certificate(leaf))
    extension = extensions.get(_FIDO_AAGUID)
    if extension is None:
        return
    if extension.critical:
        raise ValueError("the extension that names the model is critical")
    if extension.value != _OCTET_STRING_OF_16 + data.credential_data.aaguid:
        raise ValueError("attestation certificate is for another model")


def credential_public_key(data: AuthenticatorData) -> CoseKey:
    if data.credential_data is None:
        raise ValueError("no attested credential data")
    return data.credential_data.public_key


def verify_leaf_signature(
    leaf: bytes, *, algorithm: int, message: bytes, signature: bytes, sha1_allowed: bool = False
) -> None:
    if algorithm == _RS1 and not sha1_allowed:
        raise ValueError("an attestation signature over SHA-1")
    key = x509.load_der_x509_certificate(leaf).public_key()
    key_class(algorithm).from_cryptography_key(key).verify(message, signature)
