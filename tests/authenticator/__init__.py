"""A software authenticator for tests: honest by default, every lie a keyword argument."""

from tests.authenticator import base64url, cbor, cose, keys, malformed
from tests.authenticator.attestation import (
    AttestationMaker,
    Attested,
    NoAttestation,
    PackedSelf,
    Statement,
)
from tests.authenticator.credentials import Credential
from tests.authenticator.keys import SigningKey, generate
from tests.authenticator.lies import AssertionLies, RegistrationLies
from tests.authenticator.refusals import (
    CeremonyRefused,
    InvalidStateError,
    NotAllowedError,
    NotSupportedError,
    SecurityError,
)
from tests.authenticator.soft_authenticator import AAGUID, SoftAuthenticator

__all__ = [
    "AAGUID",
    "AssertionLies",
    "AttestationMaker",
    "Attested",
    "CeremonyRefused",
    "Credential",
    "InvalidStateError",
    "NoAttestation",
    "NotAllowedError",
    "NotSupportedError",
    "PackedSelf",
    "RegistrationLies",
    "SecurityError",
    "SigningKey",
    "SoftAuthenticator",
    "Statement",
    "base64url",
    "cbor",
    "cose",
    "generate",
    "keys",
    "malformed",
]
