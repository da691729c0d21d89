"""The test vectors of WebAuthn Level 3, section 16, put through the ceremonies."""

from datetime import datetime
from typing import Any

from shared.accounts.records import CredentialRecord
from shared.json_shape import Shape
from shared.webauthn.algorithms import NAMES
from shared.webauthn.authentication import VerifiedAssertion, verify_assertion
from shared.webauthn.policy import CeremonyPolicy, UserVerification
from shared.webauthn.registration import VerifiedRegistration, verify_registration
from shared.webauthn.responses import read_authentication_response, read_registration_response
from tests.authenticator import base64url
from tests.w3c_vectors.generator import EXAMPLES, Vector, vectors
from tests.webauthn.relying_party import NAMED, NOW, ORIGIN, RP_ID, record_of

# The certificates of the vectors are valid from 2024 to 3024.
LENIENT = CeremonyPolicy(
    rp_id=RP_ID,
    rp_name="Example",
    origins=(ORIGIN,),
    algorithms=tuple(NAMES.values()),
    user_verification=UserVerification.PREFERRED,
)

NAMES_OF_ALL = tuple(example.name for example in EXAMPLES)


def find(name: str) -> Vector:
    return next(vector for vector in vectors() if vector["name"] == name)


def register(
    vector: Vector,
    *,
    challenge: bytes | None = None,
    policy: CeremonyPolicy = LENIENT,
    at: datetime = NOW,
) -> VerifiedRegistration:
    given = vector["registration"]
    credential = _envelope(given["credential_id"], given, "clientDataJSON", "attestationObject")
    return verify_registration(
        read_registration_response(credential),
        challenge=challenge or base64url.decode(given["challenge"]),
        policy=policy,
        at=at,
    )


def authenticate(
    vector: Vector,
    record: CredentialRecord,
    *,
    challenge: bytes | None = None,
    policy: CeremonyPolicy = LENIENT,
) -> VerifiedAssertion:
    given = vector["authentication"]
    credential = _envelope(
        base64url.encode(record.id), given, "clientDataJSON", "authenticatorData", "signature"
    )
    return verify_assertion(
        read_authentication_response(credential),
        ceremony=NAMED,
        record=record,
        challenge=challenge or base64url.decode(given["challenge"]),
        policy=policy,
    )


def stored(vector: Vector, *, policy: CeremonyPolicy = LENIENT) -> CredentialRecord:
    return record_of(register(vector, policy=policy))


def _envelope(credential_id: str, given: dict[str, Any], *members: str) -> Shape:
    response = {member: given[member] for member in members}
    return Shape(
        {"id": credential_id, "rawId": credential_id, "type": "public-key", "response": response}
    )
