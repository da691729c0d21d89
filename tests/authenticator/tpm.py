"""TPM attestation (L3 §8.3)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha1, sha256, sha384, sha512
from typing import Any

from cryptography import x509

from tests.authenticator import keys, tpm_structures
from tests.authenticator.attestation import Attested, Statement
from tests.authenticator.certificates import Extension
from tests.authenticator.certified import Certified
from tests.authenticator.keys import SigningKey

AIK_CERTIFICATE = "2.23.133.8.3"
_MANUFACTURER, _MODEL, _VERSION = "2.23.133.2.1", "2.23.133.2.2", "2.23.133.2.3"
_HASHES: Mapping[int, Callable[[bytes], Any]] = {
    keys.ES256: sha256,
    keys.ES384: sha384,
    keys.ES512: sha512,
    keys.RS256: sha256,
    keys.PS256: sha256,
    keys.RS1: sha1,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Tpm(Certified):
    algorithm: int = keys.ES256
    """The attestation identity key's: any of ES*, RS256, PS256, RS1."""
    alg: object = None
    """The lie: instead of the attestation identity key's algorithm."""
    ver: object = "2.0"
    magic: bytes = tpm_structures.GENERATED_VALUE
    attest_type: int = tpm_structures.ATTEST_CERTIFY
    extra_data: bytes | None = None
    """The lie: instead of the hash of what is attested."""
    name: bytes | None = None
    """The lie: instead of the public area's name."""
    area_key: SigningKey | None = None
    """The lie: whose public area it is, instead of the credential's."""
    cert_info_suffix: bytes = b""
    safe: int = 1
    """clockInfo.safe, which verifiers are to ignore; W3C's own vector has 0x33."""
    subject: x509.Name = field(default_factory=lambda: x509.Name([]))
    """Anything but empty is a lie."""
    manufacturer: str | None = "id:494E5443"
    """None leaves the whole subject alternative name out."""
    model: str | None = "Test TPM"
    tpm_version: str | None = "id:00010001"
    """None leaves this, or the model, out of the subject alternative name."""
    names_apart: bool = False
    """Each of the three has a relative name of its own, which is as good."""
    name_critical: bool = True
    """The alternative name is to be critical, as the subject is empty."""
    alternative_name: bytes | None = None
    """The DER of the whole alternative name, instead of the above."""
    extended_key_usage: str | None = AIK_CERTIFICATE
    """None leaves it out."""

    def __call__(self, attested: Attested) -> Statement:
        key = keys.generate(self.algorithm)
        area = tpm_structures.public_area((self.area_key or attested.key).public_key)
        cert_info = self._cert_info(attested, area)
        statement = {
            "ver": self.ver,
            "alg": self.algorithm if self.alg is None else self.alg,
            "x5c": self.certified(key, self.subject, *self._extensions()),
            "sig": attested.signed(cert_info, key),
            "certInfo": cert_info,
            "pubArea": area,
        }
        return Statement("tpm", statement)

    def _cert_info(self, attested: Attested, area: bytes) -> bytes:
        digest = _HASHES[self.algorithm](attested.to_be_signed).digest()
        written = tpm_structures.attest(
            magic=self.magic,
            attest_type=self.attest_type,
            extra_data=digest if self.extra_data is None else self.extra_data,
            name=tpm_structures.name_of(area) if self.name is None else self.name,
            safe=self.safe,
        )
        return written + self.cert_info_suffix

    def _extensions(self) -> list[Extension]:
        extensions: list[Extension] = []
        if self.extended_key_usage is not None:
            usage = x509.ObjectIdentifier(self.extended_key_usage)
            extensions.append((x509.ExtendedKeyUsage([usage]), False))
        if self.manufacturer is not None:
            extensions.append((self._alternative_name(), self.name_critical))
        return extensions

    def _alternative_name(self) -> x509.ExtensionType:
        """TCG EK profile §3.2.9: manufacturer, model and version in one directory name."""
        if self.alternative_name is not None:
            oid = x509.SubjectAlternativeName.oid
            return x509.UnrecognizedExtension(oid, self.alternative_name)
        said = {_MANUFACTURER: self.manufacturer, _MODEL: self.model, _VERSION: self.tpm_version}
        attributes = [
            x509.NameAttribute(x509.ObjectIdentifier(oid), value)
            for oid, value in said.items()
            if value is not None
        ]
        name = (
            x509.Name(attributes)
            if self.names_apart
            else x509.Name([x509.RelativeDistinguishedName(attributes)])
        )
        return x509.SubjectAlternativeName([x509.DirectoryName(name)])
