"""The statement formats of L3 section 8: fido2's verifiers, the checks that they lack, and our own.

fido2 checks neither dates nor basic constraints of a chain. It accepts a second fido-u2f
certificate, and fido-u2f keys on any curve. Its verifiers of `packed` and `apple` read all
extensions of a certificate or none. It has no `android-key`, and it is stricter on TPM clocks than
the specification. Each function raises (any exception) unless the statement is valid.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from cryptography import x509
from fido2.attestation.android import AndroidSafetynetAttestation
from fido2.attestation.base import Attestation
from fido2.attestation.base import AttestationType as Fido2Type
from fido2.attestation.u2f import FidoU2FAttestation
from fido2.cose import ES256
from fido2.utils import websafe_decode
from fido2.webauthn import AuthenticatorData

from shared.webauthn.attestation.android_key import verify_android_key
from shared.webauthn.attestation.certificates import (
    check_chain,
    check_leaf_key,
    credential_public_key,
)
from shared.webauthn.attestation.extensions import read_extensions
from shared.webauthn.attestation.packed import verify_packed
from shared.webauthn.attestation.tpm import verify_tpm
from shared.webauthn.attestation.types import AttestationType

_APPLE_NONCE = "1.2.840.113635.100.8.2"
_SAFETYNET_ALGORITHMS = ("RS256", "ES256")
_SEQUENCE_OF_TAGGED_32 = b"\x30\x24\xa1\x22\x04\x20"

type Verifier = Callable[[Mapping[str, Any], AuthenticatorData, bytes, datetime], AttestationType]

_TYPES = {
    Fido2Type.BASIC: AttestationType.BASIC,
    Fido2Type.SELF: AttestationType.SELF,
    Fido2Type.ATT_CA: AttestationType.ATTESTATION_CA,
    Fido2Type.ANON_CA: AttestationType.ANONYMIZATION_CA,
}


def _verify_with_fido2(
    verifier: Attestation,
    statement: Mapping[str, Any],
    data: AuthenticatorData,
    client_data_hash: bytes,
    at: datetime,
) -> AttestationType:
    result = verifier.verify(statement, data, client_data_hash)
    if result.trust_path:
        check_chain(result.trust_path, at=at)
    return _TYPES[result.attestation_type]


def _verify_fido_u2f(
    statement: Mapping[str, Any], data: AuthenticatorData, client_data_hash: bytes, at: datetime
) -> AttestationType:
    x5c: Sequence[bytes] = statement["x5c"]
    if len(x5c) != 1:  # L3 section 8.6, verification step 2
        raise ValueError("fido-u2f has exactly one certificate")
    if not isinstance(credential_public_key(data), ES256):  # step 4
        raise TypeError("fido-u2f keys are on P-256")
    return _verify_with_fido2(FidoU2FAttestation(), statement, data, client_data_hash, at)


def _verify_apple(
    statement: Mapping[str, Any], data: AuthenticatorData, client_data_hash: bytes, at: datetime
) -> AttestationType:
    x5c: Sequence[bytes] = statement["x5c"]
    nonce = sha256(data + client_data_hash).digest()
    extension = read_extensions(x509.load_der_x509_certificate(x5c[0]))[_APPLE_NONCE]
    if extension.value != _SEQUENCE_OF_TAGGED_32 + nonce:  # L3 section 8.8, steps 2 to 4
        raise ValueError("nonce of another ceremony")
    check_leaf_key(x5c[0], data)  # step 5
    check_chain(x5c, at=at)
    return AttestationType.ANONYMIZATION_CA


def _verify_safetynet(
    statement: Mapping[str, Any], data: AuthenticatorData, client_data_hash: bytes, at: datetime
) -> AttestationType:
    header = json.loads(websafe_decode(statement["response"].split(b".")[0]))
    if header["alg"] not in _SAFETYNET_ALGORITHMS:
        raise ValueError("a JWS of another algorithm than SafetyNet's")
    verifier = AndroidSafetynetAttestation()
    return _verify_with_fido2(verifier, statement, data, client_data_hash, at)


VERIFIERS: Mapping[str, Verifier] = {
    "packed": verify_packed,
    "fido-u2f": _verify_fido_u2f,
    "apple": _verify_apple,
    "android-safetynet": _verify_safetynet,
    "android-key": verify_android_key,
    "tpm": verify_tpm,
}
