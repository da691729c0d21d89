"""The evidence of a ceremony, from browser and authenticator, and where the event differs from
it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from shared import base64url
from shared.audit.statement import Part
from shared.audit.verification.ceremonies.attested import Attested, read_attested
from shared.audit.verification.reading import LoggedEvent, Malformed

_FIXED_BYTES = 37
_UP, _UV, _BE, _BS = 0x01, 0x04, 0x08, 0x10


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    client_data: Mapping[str, Any]
    authenticator_data: bytes

    @property
    def rp_id_hash(self) -> bytes:
        return self.authenticator_data[:32]

    @property
    def flags(self) -> int:
        return self.authenticator_data[32]

    @property
    def sign_count(self) -> int:
        return int.from_bytes(self.authenticator_data[33:37])


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationEvidence(Evidence):
    attested: Attested


@dataclass(frozen=True, slots=True, kw_only=True)
class AssertionEvidence(Evidence):
    signature: bytes
    client_data_hash: bytes


def read_registration(part: Part) -> RegistrationEvidence:
    """Raise Malformed for evidence that cannot be read."""
    parts = _read_json(part.content)
    attested = read_attested(_bytes(parts, "attestationObject"))
    return RegistrationEvidence(
        client_data=_read_json(_bytes(parts, "clientDataJSON")),
        authenticator_data=attested.authenticator_data,
        attested=attested,
    )


def read_assertion(part: Part) -> AssertionEvidence:
    """Raise Malformed for evidence that cannot be read."""
    parts = _read_json(part.content)
    client_data = _bytes(parts, "clientDataJSON")
    authenticator_data = _bytes(parts, "authenticatorData")
    if len(authenticator_data) < _FIXED_BYTES:
        raise Malformed
    return AssertionEvidence(
        client_data=_read_json(client_data),
        client_data_hash=sha256(client_data).digest(),
        authenticator_data=authenticator_data,
        signature=_bytes(parts, "signature"),
    )


def _bytes(parts: Mapping[str, Any], name: str) -> bytes:
    try:
        return base64url.decode(parts[name])
    except (ValueError, KeyError, TypeError) as error:
        raise Malformed from error


def _read_json(raw: bytes) -> Mapping[str, Any]:
    try:
        members = json.loads(raw.decode())
    except (ValueError, RecursionError) as error:
        raise Malformed from error
    if not isinstance(members, dict):
        raise Malformed
    return members


def registration_differences(event: LoggedEvent, evidence: RegistrationEvidence) -> Iterator[str]:
    """The names of the members in which event and evidence differ."""
    attested = evidence.attested
    yield from _differences(event, evidence, "webauthn.create")
    shown = {
        "hash": sha256(attested.credential_id).digest(),
        "publicKeyHash": attested.public_key.hash,
        "aaguid": attested.aaguid,
    }
    for name, value in shown.items():
        if event.credential.get(name) != base64url.encode(value):
            yield name
    if event.credential.get("attestationFormat") != attested.attestation_format:
        yield "attestationFormat"


def assertion_differences(event: LoggedEvent, evidence: AssertionEvidence) -> Iterator[str]:
    """The names of the members in which event and evidence differ."""
    return _differences(event, evidence, "webauthn.get")


def _differences(event: LoggedEvent, evidence: Evidence, expected_type: str) -> Iterator[str]:
    if evidence.client_data.get("type") != expected_type:
        yield "type"
    if evidence.client_data.get("origin") != event.leaf.get("origin"):
        yield "origin"
    if evidence.rp_id_hash != sha256(str(event.leaf.get("rpId")).encode()).digest():
        yield "rpId"
    if not evidence.flags & _UP:
        yield "user presence"
    for name, flag in (("uv", _UV), ("be", _BE), ("bs", _BS)):
        if event.credential.get(name) is not bool(evidence.flags & flag):
            yield name
    if event.credential.get("signCount") != evidence.sign_count:
        yield "signCount"
