"""Apple anonymous attestation (L3 §8.8)."""

from dataclasses import dataclass
from hashlib import sha256

from cryptography import x509

from tests.authenticator import certificates, der
from tests.authenticator.attestation import Attested, Statement
from tests.authenticator.certificates import Extension
from tests.authenticator.certified import Certified
from tests.authenticator.keys import SigningKey

_NONCE = x509.ObjectIdentifier("1.2.840.113635.100.8.2")


@dataclass(frozen=True, kw_only=True, slots=True)
class Apple(Certified):
    certified_key: SigningKey | None = None
    """The lie: another key in the certificate than the credential's."""
    nonce: bytes | None = None
    """The lie: instead of the hash over authenticator data and client data hash."""
    nonce_extension: bool = True

    def __call__(self, attested: Attested) -> Statement:
        key = self.certified_key or attested.key
        subject = certificates.name(common_name="Test anonymous attestation")
        return Statement("apple", {"x5c": self.certified(key, subject, *self._nonce(attested))})

    def _nonce(self, attested: Attested) -> list[Extension]:
        if not self.nonce_extension:
            return []
        nonce = sha256(attested.to_be_signed).digest() if self.nonce is None else self.nonce
        value = der.sequence(der.explicit(1, der.octet_string(nonce)))
        return [(x509.UnrecognizedExtension(_NONCE, value), False)]
