"""Private keys with certificates, in the forms in which Key Vault keeps them."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as generate_ec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

_NOT_BEFORE = datetime(2024, 1, 1, tzinfo=UTC)
_NOT_AFTER = datetime(2124, 1, 1, tzinfo=UTC)

type PrivateKey = RSAPrivateKey | EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class Certified:
    key: PrivateKey
    chain: tuple[x509.Certificate, ...]
    """The certificate of the key, then those above it."""

    @property
    def x5c(self) -> list[str]:
        """The member of a JWK, made without the code under test."""
        der = (each.public_bytes(serialization.Encoding.DER) for each in self.chain)
        return [base64.standard_b64encode(each).decode("ascii") for each in der]

    def pem(self, chain: Sequence[x509.Certificate] | None = None) -> str:
        certificates = self.chain if chain is None else chain
        key = self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return b"".join([key, *map(_pem, certificates)]).decode()

    def pkcs12(self, chain: Sequence[x509.Certificate] | None = None) -> str:
        first, *others = self.chain if chain is None else chain
        bundle = pkcs12.serialize_key_and_certificates(
            None, self.key, first, others, serialization.NoEncryption()
        )
        return base64.b64encode(bundle).decode()


def certify(key: PrivateKey, name: str, *, by: Certified | None = None) -> Certified:
    """A certificate by that issuer, or by the key itself."""
    issuer_key = by.key if by else key
    issuer_name = by.chain[0].subject if by else _name(name)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(issuer_name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_NOT_BEFORE)
        .not_valid_after(_NOT_AFTER)
        .sign(issuer_key, hashes.SHA256())
    )
    return Certified(key, (certificate, *(by.chain if by else ())))


@cache
def rsa_key(number: int, *, bits: int = 2048) -> RSAPrivateKey:
    """Return the same key for the same number, because making one takes long."""
    return generate_rsa(public_exponent=65537, key_size=bits)


@cache
def ec_key() -> EllipticCurvePrivateKey:
    return generate_ec(SECP256R1())


@cache
def self_signed(number: int) -> Certified:
    return certify(rsa_key(number), f"Touchstone {number}")


@cache
def with_chain() -> Certified:
    root = certify(rsa_key(100), "Root")
    intermediate = certify(rsa_key(101), "Intermediate", by=root)
    return certify(rsa_key(102), "Touchstone", by=intermediate)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
