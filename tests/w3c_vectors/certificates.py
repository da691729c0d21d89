"""The attestation certificates of section 16.

Their keys and serial numbers are drawn. The specification shows the rest as bytes only: names,
dates and the order of the extensions are written down here as those bytes have them.
"""

from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tests.w3c_vectors.draws import Draws
from tests.w3c_vectors.key_pairs import draw_ec_key

type Extension = tuple[x509.ExtensionType, bool]
"""An extension and whether it is critical."""

SERIAL_BYTES = 16
_FROM, _UNTIL = datetime(2024, 1, 1, tzinfo=UTC), datetime(3024, 1, 1, tzinfo=UTC)
_ATTRIBUTES = {
    NameOID.COMMON_NAME: "WebAuthn test vectors",
    NameOID.ORGANIZATION_NAME: "W3C",
    NameOID.ORGANIZATIONAL_UNIT_NAME: "Authenticator Attestation",
    NameOID.COUNTRY_NAME: "AA",
}


def _name(unit: str) -> x509.Name:
    attributes = _ATTRIBUTES | {NameOID.ORGANIZATIONAL_UNIT_NAME: unit}
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in attributes.items()])


SUBJECT, NO_SUBJECT = _name("Authenticator Attestation"), x509.Name([])
_ROOT = _name("Authenticator Attestation CA")


class Authority:
    """The one authority that all examples with an attestation certificate trust."""

    def __init__(self) -> None:
        draws = Draws("Attestation CA")
        self._key = draw_ec_key(draws).private_key
        self.certificate = self._signed(
            _ROOT,
            self._key.public_key(),
            serial=draws.number(SERIAL_BYTES),
            extensions=[
                (x509.BasicConstraints(ca=True, path_length=None), True),
                (_key_usage(authority=True), True),
                (x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), False),
            ],
        )

    def issue(
        self,
        public_key: ec.EllipticCurvePublicKey,
        *,
        serial: int,
        subject: x509.Name = SUBJECT,
        extensions: tuple[Extension, ...] = (),
    ) -> bytes:
        of_the_issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        common: list[Extension] = [
            (x509.BasicConstraints(ca=False, path_length=None), True),
            (_key_usage(authority=False), True),
            (x509.SubjectKeyIdentifier.from_public_key(public_key), False),
            (of_the_issuer, False),
        ]
        return self._signed(subject, public_key, serial=serial, extensions=[*common, *extensions])

    def _signed(
        self,
        subject: x509.Name,
        public_key: ec.EllipticCurvePublicKey,
        *,
        serial: int,
        extensions: list[Extension],
    ) -> bytes:
        builder = x509.CertificateBuilder(_ROOT, subject, public_key, serial, _FROM, _UNTIL)
        for extension, is_critical in extensions:
            builder = builder.add_extension(extension, is_critical)
        certificate = builder.sign(self._key, SHA256(), ecdsa_deterministic=True)
        return certificate.public_bytes(Encoding.DER)


def _key_usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
