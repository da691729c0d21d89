"""Requests for certificates, as programs of people make them."""

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding

NAMES = x509.NameOID


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def csr(key: CertificateIssuerPrivateKeyTypes | None = None, *common_names: str) -> str:
    """Signed by the key."""
    key = key or new_key()
    names = [x509.NameAttribute(NAMES.COMMON_NAME, each) for each in common_names]
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name(names))
    is_hashed = not isinstance(key, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey)
    algorithm = hashes.SHA256() if is_hashed else None
    return builder.sign(key, algorithm).public_bytes(Encoding.PEM).decode()
