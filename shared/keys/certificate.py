"""A private key and its certificate chain, in the two forms in which Key Vault stores them."""

import base64
from collections.abc import Sequence
from hashlib import sha256

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key, pkcs12

from shared import base64url
from shared.keys.signing_key import SigningKey, only_rsa

PKCS12, PEM = "application/x-pkcs12", "application/x-pem-file"


def read_certificate(value: str, content_type: str | None) -> SigningKey:
    """Raise ValueError if the secret is not a certificate with its RSA key.

    The key ID is the SHA-256 fingerprint of the certificate. So a certificate that Key Vault renews
    with the same key is still another version.
    """
    try:
        key, certificates = _read(value, content_type)
        chain = _order(key, certificates)
    except (UnsupportedAlgorithm, TypeError) as error:
        raise ValueError("not a form of certificate that can be read") from error
    encoded = tuple(each.public_bytes(Encoding.DER) for each in chain)
    return SigningKey(key, base64url.encode(sha256(encoded[0]).digest()), encoded)


def _read(value: str, content_type: str | None) -> tuple[RSAPrivateKey, Sequence[x509.Certificate]]:
    if content_type == PKCS12:
        bundle = pkcs12.load_pkcs12(base64.b64decode(value), None)
        found = [bundle.cert, *bundle.additional_certs]
        return only_rsa(bundle.key), [each.certificate for each in found if each]
    if content_type == PEM:
        key = load_pem_private_key(value.encode(), password=None)
        return only_rsa(key), x509.load_pem_x509_certificates(value.encode())
    raise ValueError("the content type is neither PKCS#12 nor PEM")


def _order(key: RSAPrivateKey, found: Sequence[x509.Certificate]) -> list[x509.Certificate]:
    """The key's own certificate and those above it. Neither form prescribes an order."""
    own = next((each for each in found if each.public_key() == key.public_key()), None)
    if own is None:
        raise ValueError("no certificate fits the private key")
    chain = [own]
    while issuer := next((each for each in found if _issued(each, chain[-1])), None):
        if issuer in chain:  # the root certificate, which ends the chain
            break
        chain.append(issuer)
    return chain


def _issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
