"""What an attestation statement vouches for, and the makers that need no certificate."""

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, Protocol

from tests.authenticator.keys import SigningKey


@dataclass(frozen=True, kw_only=True, slots=True)
class Attested:
    """One registration, as the attesting authenticator sees it."""

    authenticator_data: bytes
    client_data_hash: bytes
    rp_id_hash: bytes
    credential_id: bytes
    aaguid: bytes
    """The authenticator's true one, whatever the authenticator data says."""
    key: SigningKey
    sign_with: SigningKey | None = None
    """The lie: a key that signs in place of the right one."""

    @property
    def to_be_signed(self) -> bytes:
        return self.authenticator_data + self.client_data_hash

    def signed(self, message: bytes, key: SigningKey) -> bytes:
        return (self.sign_with or key).sign(message)


class Statement(NamedTuple):
    fmt: str
    att_stmt: dict[str, Any]


class AttestationMaker(Protocol):
    """Attests a new credential; its lies are the maker's own fields."""

    zero_aaguid: ClassVar[bool]
    """Whether authenticators of this kind have no AAGUID (U2F)."""

    def __call__(self, attested: Attested) -> Statement: ...


@dataclass(frozen=True, slots=True)
class NoAttestation:
    zero_aaguid: ClassVar[bool] = False

    def __call__(self, attested: Attested) -> Statement:
        return Statement("none", {})


@dataclass(frozen=True, kw_only=True, slots=True)
class PackedSelf:
    """Packed self attestation: the credential's own key signs."""

    alg: object = None
    """Instead of the key's algorithm."""

    zero_aaguid: ClassVar[bool] = False

    def __call__(self, attested: Attested) -> Statement:
        alg = attested.key.algorithm if self.alg is None else self.alg
        signature = attested.signed(attested.to_be_signed, attested.key)
        return Statement("packed", {"alg": alg, "sig": signature})
