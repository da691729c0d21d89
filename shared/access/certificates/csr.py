"""A request for a certificate (PKCS #10, RFC 2986), of which only the public key counts.

Its signature shows that the sender has the private key. Its subject and its extensions are what
somebody wishes, and are never read.
"""

import re

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from shared.errors import MalformedRequest

LONGEST = 4096
"""Characters of the request. One with a P-256 key and a common name has about 500."""
_PEM = re.compile(
    r"\s*-----BEGIN (?P<new>(NEW )?)CERTIFICATE REQUEST-----\r?\n"
    r"[A-Za-z0-9+/=\r\n]+"
    r"-----END (?P=new)CERTIFICATE REQUEST-----\s*",
    re.ASCII,
)

type ClientKey = EllipticCurvePublicKey | Ed25519PublicKey


def read_csr(text: str) -> ClientKey:
    """Raise MalformedRequest."""
    if len(text) > LONGEST or not _PEM.fullmatch(text):
        raise MalformedRequest(f"csr must be one PEM request of at most {LONGEST} characters.")
    try:
        request = x509.load_pem_x509_csr(text.encode())
        key = _find_usable(request.public_key())
        if key is None:
            raise MalformedRequest("csr must have a key of P-256 or Ed25519.")
        is_signed = request.is_signature_valid
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion) as error:
        raise MalformedRequest("csr cannot be read as a PKCS #10 request.") from error
    if not is_signed:
        raise MalformedRequest("csr is not signed by the key that it has.")
    return key


def _find_usable(key: object) -> ClientKey | None:
    if isinstance(key, EllipticCurvePublicKey):
        return key if isinstance(key.curve, SECP256R1) else None
    return key if isinstance(key, Ed25519PublicKey) else None
