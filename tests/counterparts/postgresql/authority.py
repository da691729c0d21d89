"""A certificate authority that certifies whatever a test wants, also what no authority should."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

type ClientKey = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey

PERSON = "alice@example.org"
PROFILE = "orders"
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """PEM."""

    certificate: bytes
    key: bytes
    serial: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What stands in a certificate. A name may be there twice."""

    names: Sequence[str]
    person: str = PERSON
    profile: str = PROFILE
    usage: x509.ObjectIdentifier | None = ExtendedKeyUsageOID.CLIENT_AUTH
    begins: timedelta = -_MINUTE
    """From now."""
    ends: timedelta = 5 * _MINUTE
    ed25519: bool = False

    def subject(self) -> x509.Name:
        return x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, self.profile),
                x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, self.person),
                *(x509.NameAttribute(NameOID.COMMON_NAME, name) for name in self.names),
            ]
        )


@dataclass(frozen=True, slots=True)
class Authority:
    name: str = "Test authority for clients"
    _key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def pem(self) -> bytes:
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder(self._name, self._name, self._key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(self._identifier, critical=False)
            .sign(self._key, hashes.SHA256())
        )
        return certificate.public_bytes(serialization.Encoding.PEM)

    def issue(self, request: Request) -> Credential:
        key = _new_key(request)
        serial = 1 << 126 | secrets.randbits(126)
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder(self._name, request.subject(), key.public_key())
            .serial_number(serial)
            .not_valid_before(now + request.begins)
            .not_valid_after(now + request.ends)
            .add_extension(self._authority_identifier, critical=False)
        )
        if request.usage is not None:
            usage = x509.ExtendedKeyUsage([request.usage])
            builder = builder.add_extension(usage, critical=False)
        certificate = builder.sign(self._key, hashes.SHA256())
        return Credential(
            certificate=certificate.public_bytes(serialization.Encoding.PEM),
            key=_pem(key),
            serial=serial,
        )

    def revocation_list(self, *serials: int, ends: timedelta = timedelta(days=1)) -> bytes:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateRevocationListBuilder(self._name)
            .last_update(now - timedelta(days=2))
            .next_update(now + ends)
            .add_extension(self._authority_identifier, critical=False)
        )
        for serial in serials:
            revoked = x509.RevokedCertificateBuilder(serial, now - _MINUTE)
            builder = builder.add_revoked_certificate(revoked.build())
        return builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    @property
    def _name(self) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.name)])

    @property
    def _identifier(self) -> x509.SubjectKeyIdentifier:
        return x509.SubjectKeyIdentifier.from_public_key(self._key.public_key())

    @property
    def _authority_identifier(self) -> x509.AuthorityKeyIdentifier:
        return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(self._identifier)


def hexadecimal(serial: int) -> str:
    """As this service and OpenSSL write it: by whole bytes."""
    return serial.to_bytes((serial.bit_length() + 7) // 8).hex()


def _new_key(request: Request) -> ClientKey:
    if request.ed25519:
        return ed25519.Ed25519PrivateKey.generate()
    return ec.generate_private_key(ec.SECP256R1())


def _pem(key: ClientKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
