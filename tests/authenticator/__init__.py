"""A software authenticator for tests: honest by default, every lie a keyword argument.

    authenticator = SoftAuthenticator(rp_id="example.org", origin="https://example.org")
    registration = authenticator.create(creation_options)
    assertion = authenticator.get(request_options, cross_origin=True, user_verified=False)

`RegistrationLies` and `AssertionLies` list the lies and type the tables that hold them. Lies
about an attestation's certificate and contents are fields of its maker:

    root = Authority.new_root()
    authenticator.create(creation_options, attestation=Packed(authority=root, validity=EXPIRED))
"""

from tests.authenticator import base64url, cbor, cose, keys, malformed
from tests.authenticator.android_key import AndroidKey
from tests.authenticator.apple import Apple
from tests.authenticator.attestation import (
    AttestationMaker,
    Attested,
    NoAttestation,
    PackedSelf,
    Statement,
)
from tests.authenticator.certificates import EXPIRED, NOT_YET_VALID, VALID, Authority
from tests.authenticator.credentials import Credential
from tests.authenticator.fido_u2f import FidoU2f
from tests.authenticator.keys import SigningKey, generate
from tests.authenticator.lies import AssertionLies, RegistrationLies
from tests.authenticator.packed import Packed
from tests.authenticator.refusals import (
    CeremonyRefused,
    InvalidStateError,
    NotAllowedError,
    NotSupportedError,
    SecurityError,
)
from tests.authenticator.soft_authenticator import AAGUID, SoftAuthenticator
from tests.authenticator.tpm import Tpm

__all__ = [
    "AAGUID",
    "EXPIRED",
    "NOT_YET_VALID",
    "VALID",
    "AndroidKey",
    "Apple",
    "AssertionLies",
    "AttestationMaker",
    "Attested",
    "Authority",
    "CeremonyRefused",
    "Credential",
    "FidoU2f",
    "InvalidStateError",
    "NoAttestation",
    "NotAllowedError",
    "NotSupportedError",
    "Packed",
    "PackedSelf",
    "RegistrationLies",
    "SecurityError",
    "SigningKey",
    "SoftAuthenticator",
    "Statement",
    "Tpm",
    "base64url",
    "cbor",
    "cose",
    "generate",
    "keys",
    "malformed",
]
