"""Certificate authorities for attestation, which also issue what no authority should."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tests.authenticator import der


class Validity(NamedTuple):
    not_before: datetime
    not_after: datetime


def _years(first: int, last: int) -> Validity:
    return Validity(datetime(first, 1, 1, tzinfo=UTC), datetime(last, 1, 1, tzinfo=UTC))


VALID, EXPIRED, NOT_YET_VALID = _years(2024, 2124), _years(2020, 2021), _years(2123, 2124)
_AUTHORITY_VALIDITY = _years(2010, 2150)
_ECDSA_WITH_SHA1 = der.sequence(der.tlv(0x06, bytes.fromhex("2a8648ce3d0401")))
_ECDSA_WITH_SHA256 = der.sequence(der.tlv(0x06, bytes.fromhex("2a8648ce3d040302")))

type Extension = tuple[x509.ExtensionType, bool]
"""An extension and whether it is critical."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """What a certificate says of its subject."""

    subject: x509.Name
    is_ca: bool | None = False
    """None leaves basic constraints out."""
    path_length: int | None = None
    validity: Validity = VALID
    version: int = 3
    extensions: tuple[Extension, ...] = ()
    """Others than every certificate has."""
    forged: bool = False
    """Whether it bears the issuer's name but another key's signature."""
    over_sha1: bool = False
    """Whether the issuer signs its SHA-1."""


def name(
    *,
    common_name: str | None,
    organizational_unit: str | None = None,
    organization: str | None = "Touchstone",
    country: str | None = "AA",
) -> x509.Name:
    said = {
        NameOID.COUNTRY_NAME: country,
        NameOID.ORGANIZATION_NAME: organization,
        NameOID.ORGANIZATIONAL_UNIT_NAME: organizational_unit,
        NameOID.COMMON_NAME: common_name,
    }
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in said.items() if value])


@dataclass(frozen=True, kw_only=True, slots=True)
class Authority:
    """A certificate with its key, and the certificates between it and its root."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    root: x509.Certificate
    chain: tuple[bytes, ...] = ()
    """In x5c's order and form, without the root."""

    @classmethod
    def new_root(
        cls,
        common_name: str = "Root",
        *,
        validity: Validity = _AUTHORITY_VALIDITY,
        over_sha1: bool = False,
    ) -> Self:
        key = ec.generate_private_key(ec.SECP256R1())
        profile = Profile(
            subject=name(common_name=common_name),
            is_ca=True,
            validity=validity,
            over_sha1=over_sha1,
        )
        extensions = _extensions(profile, key.public_key())
        encoded = _sign(profile, extensions, key.public_key(), issuer=profile.subject, key=key)
        certificate = x509.load_der_x509_certificate(encoded)
        return cls(certificate=certificate, key=key, root=certificate)

    def intermediate(
        self,
        common_name: str = "Intermediate",
        *,
        is_ca: bool | None = True,
        path_length: int | None = None,
        validity: Validity = _AUTHORITY_VALIDITY,
        extensions: tuple[Extension, ...] = (),
        forged: bool = False,
        over_sha1: bool = False,
    ) -> "Authority":
        """An authority below this one; the keywords are its certificate's lies."""
        key = ec.generate_private_key(ec.SECP256R1())
        profile = Profile(
            subject=name(common_name=common_name),
            is_ca=is_ca,
            path_length=path_length,
            validity=validity,
            extensions=extensions,
            forged=forged,
            over_sha1=over_sha1,
        )
        encoded = self.issue(profile, key.public_key())
        return Authority(
            certificate=x509.load_der_x509_certificate(encoded),
            key=key,
            root=self.root,
            chain=(encoded, *self.chain),
        )

    def issue(self, profile: Profile, public_key: CertificatePublicKeyTypes) -> bytes:
        """A DER certificate, which may be one that no parser takes."""
        extensions = (*_extensions(profile, public_key), self._authority_key_identifier())
        key = ec.generate_private_key(ec.SECP256R1()) if profile.forged else self.key
        return _sign(profile, extensions, public_key, issuer=self.certificate.subject, key=key)

    def _authority_key_identifier(self) -> Extension:
        key = self.key.public_key()
        return x509.AuthorityKeyIdentifier.from_issuer_public_key(key), False


def _extensions(profile: Profile, public_key: CertificatePublicKeyTypes) -> list[Extension]:
    extensions: list[Extension] = list(profile.extensions)
    if profile.is_ca is not None:
        extensions.append((x509.BasicConstraints(profile.is_ca, profile.path_length), True))
    extensions.append((x509.SubjectKeyIdentifier.from_public_key(public_key), False))
    return extensions


def _sign(
    profile: Profile,
    extensions: Iterable[Extension],
    public_key: CertificatePublicKeyTypes,
    *,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
) -> bytes:
    builder = x509.CertificateBuilder(
        subject_name=profile.subject,
        issuer_name=issuer,
        public_key=public_key,
        serial_number=x509.random_serial_number(),
        not_valid_before=profile.validity.not_before,
        not_valid_after=profile.validity.not_after,
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    certificate = builder.sign(key, hashes.SHA256())
    if profile.over_sha1:
        return _over_sha1(certificate, key)
    if profile.version == 3:
        return certificate.public_bytes(Encoding.DER)
    return _of_version(profile.version, certificate, key)


def _over_sha1(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> bytes:
    third = der.explicit(0, der.integer(2))
    _, content = certificate.tbs_certificate_bytes.split(third, 1)
    content = content.replace(_ECDSA_WITH_SHA256, _ECDSA_WITH_SHA1, 1)
    to_be_signed = der.sequence(third, content)
    signature = key.sign(to_be_signed, ec.ECDSA(hashes.SHA1()))  # noqa: S303 - which is the lie
    return der.sequence(to_be_signed, _ECDSA_WITH_SHA1, der.bit_string(signature))


def _of_version(
    version: int, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey
) -> bytes:
    """The same certificate, signed anew under another version (DER leaves the default, 1, out)."""
    third, other = (der.explicit(0, der.integer(number - 1)) for number in (3, version))
    _, content = certificate.tbs_certificate_bytes.split(third, 1)
    to_be_signed = der.sequence(b"" if version == 1 else other, content)
    signature = key.sign(to_be_signed, ec.ECDSA(hashes.SHA256()))
    return der.sequence(to_be_signed, _ECDSA_WITH_SHA256, der.bit_string(signature))
