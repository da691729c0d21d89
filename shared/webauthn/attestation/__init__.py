"""Attestation statements: whether what the authenticator says of itself is consistent.

Each format of L3 section 8 is verified if present. Whether its maker is *trusted* (trust anchors,
metadata, AAGUID lists) is a matter of policy and not checked here.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fido2.webauthn import AuthenticatorData

from shared.errors import Reason, RegistrationRejected
from shared.webauthn.attestation.compound import verify_compound
from shared.webauthn.attestation.types import AttestationStatement as AttestationStatement
from shared.webauthn.attestation.types import AttestationType as AttestationType


def verify_attestation(
    statement: AttestationStatement,
    *,
    authenticator_data: AuthenticatorData,
    client_data_hash: bytes,
    at: datetime,
) -> AttestationType:
    """L3 section 7.1 steps 21 and 22. Certificates must be valid at the time `at`.

    Raise RegistrationRejected for an unknown format or an invalid statement.
    """

    def verify_one(fmt: str, members: Mapping[str, Any]) -> AttestationType:
        return _verify_one(fmt, members, authenticator_data, client_data_hash, at)

    if isinstance(statement.members, Mapping):
        return verify_one(statement.format, statement.members)
    return verify_compound(statement.members, verify_one)


def _verify_one(
    fmt: str,
    members: Mapping[str, Any],
    authenticator_data: AuthenticatorData,
    client_data_hash: bytes,
    at: datetime,
) -> AttestationType:
    if fmt == "none":
        if members:
            raise RegistrationRejected(Reason.ATTESTATION_INVALID)
        return AttestationType.NONE
    # Most registrations have no statement, so X.509 and its parsers are loaded only here.
    from shared.webauthn.attestation.formats import VERIFIERS

    verify = VERIFIERS.get(fmt)
    if verify is None:
        raise RegistrationRejected(Reason.ATTESTATION_FORMAT_UNKNOWN)
    try:
        return verify(members, authenticator_data, client_data_hash, at)
    # Statements are hostile input, and neither fido2 nor X.509 parsing documents its exceptions.
    except Exception as error:
        raise RegistrationRejected(Reason.ATTESTATION_INVALID) from error
