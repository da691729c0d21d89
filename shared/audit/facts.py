"""The facts of an event about a credential and its change."""

from dataclasses import dataclass

from shared import base64url

type Fact = str | int | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialFacts:
    """The facts that a ceremony showed about a credential. None if it did not show one."""

    hash: bytes
    """SHA-256 of the credential ID."""
    aaguid: bytes | None = None
    public_key_hash: bytes | None = None
    """SHA-256 of the COSE_Key. By this reference a sign-in finds its registration."""
    attestation_format: str | None = None
    attestation_type: str | None = None
    sign_count: int | None = None
    user_verified: bool | None = None
    backup_eligible: bool | None = None
    backup_state: bool | None = None

    def describe(self) -> dict[str, Fact]:
        facts: dict[str, Fact | None] = {
            "hash": base64url.encode(self.hash),
            "aaguid": optional_base64url(self.aaguid),
            "publicKeyHash": optional_base64url(self.public_key_hash),
            "attestationFormat": self.attestation_format,
            "attestationType": self.attestation_type,
            "signCount": self.sign_count,
            "uv": self.user_verified,
            "be": self.backup_eligible,
            "bs": self.backup_state,
        }
        return {name: fact for name, fact in facts.items() if fact is not None}


def optional_base64url(data: bytes | None) -> str | None:
    return None if data is None else base64url.encode(data)
