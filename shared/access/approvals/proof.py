"""What is kept of a gesture, so that anybody can check it later: the members of a receipt."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from shared import base64url
from shared.accounts.records import AttestationEvidence

MOST_BYTES = 60_000
"""A column of Azure Tables holds 65,536."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GestureProof:
    nonce: bytes
    credential_id: bytes
    public_key: bytes
    """COSE_Key."""
    client_data_json: bytes
    authenticator_data: bytes
    signature: bytes
    registration: AttestationEvidence | None
    """None if it is not known any more, or too large."""


def write_proof(proof: GestureProof) -> bytes:
    members = _members(proof)
    text = _write(members)
    if len(text) <= MOST_BYTES:
        return text
    return _write(members | {"registration": None})


def proof_digest(content: bytes) -> bytes:
    return sha256(content).digest()


def proof_members(content: bytes) -> dict[str, Any]:
    """The members of a receipt's gesture, as `write_proof` wrote them."""
    members: dict[str, Any] = json.loads(content)
    return members


def _members(proof: GestureProof) -> dict[str, Any]:
    registered = proof.registration
    return {
        "nonce": base64url.encode(proof.nonce),
        "credentialId": base64url.encode(proof.credential_id),
        "publicKey": base64url.encode(proof.public_key),
        "clientDataJSON": base64url.encode(proof.client_data_json),
        "authenticatorData": base64url.encode(proof.authenticator_data),
        "signature": base64url.encode(proof.signature),
        "registration": registered
        and {
            "attestationObject": base64url.encode(registered.attestation_object),
            "clientDataJSON": base64url.encode(registered.client_data_json),
        },
    }


def _write(members: Mapping[str, Any]) -> bytes:
    return json.dumps(members, separators=(",", ":")).encode()
