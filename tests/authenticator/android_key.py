"""Android key attestation (L3 §8.4)."""

from dataclasses import dataclass
from typing import Literal

from cryptography import x509

from tests.authenticator import certificates, der
from tests.authenticator.attestation import Attested, Statement
from tests.authenticator.certificates import Extension
from tests.authenticator.certified import Certified
from tests.authenticator.keys import SigningKey

_KEY_DESCRIPTION = x509.ObjectIdentifier("1.3.6.1.4.1.11129.2.1.17")
_VERSION = 300
_PURPOSE, _NO_AUTH_REQUIRED, _ALL_APPLICATIONS, _CREATION_DATE_TIME, _ORIGIN = 1, 503, 600, 701, 702
SIGN, GENERATED = 2, 0

type Enforcer = Literal["software", "tee"]


@dataclass(frozen=True, kw_only=True, slots=True)
class AndroidKey(Certified):
    certified_key: SigningKey | None = None
    """The lie: another key in the certificate than the credential's. It signs."""
    alg: object = None
    """The lie: instead of the key's algorithm."""
    challenge: bytes | None = None
    """The lie: instead of the client data hash."""
    purposes: tuple[int, ...] | None = (SIGN,)
    """None leaves it out."""
    origin: int | None = GENERATED
    """None leaves it out."""
    enforced_by: Enforcer = "tee"
    """Which of the two lists purpose and origin are in."""
    all_applications: Enforcer | None = None
    """The lie: the list that opens the key to every application."""
    more_authorizations: bytes = b""
    """DER after what the hardware enforces."""
    key_description: bytes | None = None
    """Instead of the extension's DER; empty leaves the extension out."""

    def __call__(self, attested: Attested) -> Statement:
        key = self.certified_key or attested.key
        subject = certificates.name(common_name="Android Keystore Key")
        statement = {
            "alg": attested.key.algorithm if self.alg is None else self.alg,
            "sig": attested.signed(attested.to_be_signed, key),
            "x5c": self.certified(key, subject, *self._extensions(attested)),
        }
        return Statement("android-key", statement)

    def _extensions(self, attested: Attested) -> list[Extension]:
        if self.key_description == b"":
            return []
        value = self.key_description or self._key_description(attested.client_data_hash)
        return [(x509.UnrecognizedExtension(_KEY_DESCRIPTION, value), False)]

    def _key_description(self, client_data_hash: bytes) -> bytes:
        trusted_environment = der.enumerated(1)
        return der.sequence(
            der.integer(_VERSION),
            trusted_environment,
            der.integer(_VERSION),
            trusted_environment,
            der.octet_string(client_data_hash if self.challenge is None else self.challenge),
            der.octet_string(b""),
            self._authorizations("software", {_CREATION_DATE_TIME: der.integer(1_700_000_000_000)}),
            self._authorizations("tee", {_NO_AUTH_REQUIRED: der.null()}),
        )

    def _authorizations(self, enforcer: Enforcer, entries: dict[int, bytes]) -> bytes:
        if enforcer == self.enforced_by and self.purposes is not None:
            entries[_PURPOSE] = der.set_of(*map(der.integer, self.purposes))
        if enforcer == self.enforced_by and self.origin is not None:
            entries[_ORIGIN] = der.integer(self.origin)
        if enforcer == self.all_applications:
            entries[_ALL_APPLICATIONS] = der.null()
        more = self.more_authorizations if enforcer == "tee" else b""
        return der.sequence(*(der.explicit(tag, entries[tag]) for tag in sorted(entries)), more)
