"""A certificate authority of a test's own, and a server that it has certified."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LOCALHOST = "127.0.0.1"
_DAY = timedelta(days=1)
# Python 3.13 verifies strictly: an authority has to say that it may sign certificates.
_AUTHORITY = (
    x509.BasicConstraints(ca=True, path_length=0),
    x509.KeyUsage(
        key_cert_sign=True,
        crl_sign=False,
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """PEM files. Another process trusts the authority if SSL_CERT_FILE names it."""

    authority: Path
    certificate: Path
    key: Path

    def server_context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context

    def client_context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.authority))


def make_tls(folder: Path, *host_names: str) -> Tls:
    """For a server on 127.0.0.1 that may also be called by those names."""
    authority, server = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    names = x509.SubjectAlternativeName(
        [*map(x509.DNSName, host_names), x509.IPAddress(IPv4Address(LOCALHOST))]
    )
    tls = Tls(
        authority=folder / "authority.pem",
        certificate=folder / "certificate.pem",
        key=folder / "key.pem",
    )
    tls.authority.write_bytes(_certify("Test authority", authority, *_AUTHORITY, by=authority))
    tls.certificate.write_bytes(_certify("Test server", server, names, by=authority))
    tls.key.write_bytes(
        server.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return tls


def _certify(
    subject: str,
    key: ec.EllipticCurvePrivateKey,
    *extensions: x509.ExtensionType,
    by: ec.EllipticCurvePrivateKey,
) -> bytes:
    now = datetime.now(UTC)
    identifiers = (
        x509.SubjectKeyIdentifier.from_public_key(key.public_key()),
        x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()),
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name("Test authority"))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + _DAY)
    )
    for extension in (*extensions, *identifiers):
        builder = builder.add_extension(extension, critical=extension in _AUTHORITY)
    return builder.sign(by, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
