"""Attestation statements: is what the authenticator says about itself internally true?

Each format of L3 section 8 is verified when present. Whether its maker is *trusted* (anchors,
metadata, AAGUID lists) is a question of policy and not asked here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from fido2.webauthn import AuthenticatorData

from shared.errors import Reason, RegistrationRejected


class AttestationType(StrEnum):
    """L3 section 6.5.4."""

    NONE = "none"
    SELF = "self"
    BASIC = "basic"
    ATTESTATION_CA = "attestation_ca"
    ANONYMIZATION_CA = "anonymization_ca"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttestationStatement:
    format: str
    members: Mapping[str, Any]


def verify_attestation(
    statement: AttestationStatement,
    *,
    authenticator_data: AuthenticatorData,
    client_data_hash: bytes,
    at: datetime,
) -> AttestationType:
    """L3 section 7.1 steps 21 and 22. Certificates are judged at the time `at`.

    Raises RegistrationRejected for a format that is not known or a statement that does not hold.
    """
    if statement.format == "none":
        if statement.members:
            raise RegistrationRejected(Reason.ATTESTATION_INVALID)
        return AttestationType.NONE
    # Most registrations carry no statement; X.509 and its parsers load for those that do.
    from shared.ceremonies.attestation.formats import VERIFIERS

    verify = VERIFIERS.get(statement.format)
    if verify is None:
        raise RegistrationRejected(Reason.ATTESTATION_FORMAT_UNKNOWN)
    try:
        return verify(statement.members, authenticator_data, client_data_hash, at)
    # Statements are hostile input, and neither fido2 nor X.509 parsing promises exception types.
    except Exception as error:
        raise RegistrationRejected(Reason.ATTESTATION_INVALID) from error
