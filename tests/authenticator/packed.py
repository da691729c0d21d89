"""Packed attestation with certificates (L3 §8.2)."""

from dataclasses import dataclass

from cryptography import x509

from tests.authenticator import certificates, der, keys
from tests.authenticator.attestation import Attested, Statement
from tests.authenticator.certificates import Extension
from tests.authenticator.certified import Certified
from tests.authenticator.keys import SigningKey

_AAGUID = x509.ObjectIdentifier("1.3.6.1.4.1.45724.1.1.4")


@dataclass(frozen=True, kw_only=True, slots=True)
class Packed(Certified):
    algorithm: int = keys.ES256
    """The attestation key's."""
    key: SigningKey | None = None
    """Instead of a new one of the algorithm."""
    alg: object = None
    """The lie: instead of the attestation key's algorithm."""
    country: str | None = "AA"
    """None leaves this and the next three out of the subject."""
    organization: str | None = "Touchstone"
    organizational_unit: str | None = "Authenticator Attestation"
    common_name: str | None = "Test authenticator"
    aaguid_extension: bool = True
    aaguid_critical: bool = False
    certified_aaguid: bytes | None = None
    """The lie: instead of the authenticator's, in the certificate."""

    def __call__(self, attested: Attested) -> Statement:
        key = self.key or keys.generate(self.algorithm)
        subject = certificates.name(
            country=self.country,
            organization=self.organization,
            organizational_unit=self.organizational_unit,
            common_name=self.common_name,
        )
        statement = {
            "alg": self.algorithm if self.alg is None else self.alg,
            "sig": attested.signed(attested.to_be_signed, key),
            "x5c": self.certified(key, subject, *self._extensions(attested)),
        }
        return Statement("packed", statement)

    def _extensions(self, attested: Attested) -> list[Extension]:
        if not self.aaguid_extension:
            return []
        aaguid = der.octet_string(self.certified_aaguid or attested.aaguid)
        return [(x509.UnrecognizedExtension(_AAGUID, aaguid), self.aaguid_critical)]
