"""People of the log, and the answers of their authenticators."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from fido2 import cbor
from fido2.webauthn import AttestationObject, AuthenticatorData

from shared import base64url
from shared.audit.event import Actor, ActorType
from shared.audit.facts import CredentialFacts
from tests.authenticator import SoftAuthenticator

RP_ID = "touchstone.example"
ORIGIN = "https://touchstone.example"
FLAG = AuthenticatorData.FLAG


@dataclass
class Person:
    name: str
    handle: bytes = field(default_factory=lambda: os.urandom(32))
    authenticator: SoftAuthenticator = field(
        default_factory=lambda: SoftAuthenticator(rp_id=RP_ID, origin=ORIGIN)
    )

    @property
    def someone(self) -> Actor:
        return Actor(standing=ActorType.USER, id=base64url.encode(self.handle), name=self.name)

    @property
    def credentials(self) -> Sequence[bytes]:
        return list(self.authenticator.credentials)


def registered_facts(attestation_object: bytes) -> CredentialFacts:
    attestation = AttestationObject(attestation_object)
    attested = attestation.auth_data.credential_data
    assert attested is not None
    return replace(
        shown_facts(attested.credential_id, attestation.auth_data),
        aaguid=bytes(attested.aaguid),
        public_key_hash=sha256(cbor.encode(attested.public_key)).digest(),
        attestation_format=attestation.fmt,
        attestation_type="none",
    )


def shown_facts(credential_id: bytes, data: AuthenticatorData) -> CredentialFacts:
    return CredentialFacts(
        hash=sha256(credential_id).digest(),
        sign_count=data.counter,
        user_verified=bool(data.flags & FLAG.UV),
        backup_eligible=bool(data.flags & FLAG.BE),
        backup_state=bool(data.flags & FLAG.BS),
    )


def decoded(message: dict[str, Any], *names: str) -> dict[str, bytes]:
    return {name: base64url.decode(message["response"][name]) for name in names}
