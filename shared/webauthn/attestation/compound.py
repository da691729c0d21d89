"""The `compound` statement (L3 section 8.9): several others, which all have to hold.

The specification leaves it to the relying party how many must. One that fails is a lie of the
authenticator, and no reason to believe the others.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from shared.errors import Reason, RegistrationRejected
from shared.webauthn.attestation.types import AttestationType

LEAST, MOST = 2, 8
_STRONGEST_FIRST = (
    AttestationType.ATTESTATION_CA,
    AttestationType.BASIC,
    AttestationType.ANONYMIZATION_CA,
    AttestationType.SELF,
    AttestationType.NONE,
)

type VerifyOne = Callable[[str, Mapping[str, Any]], AttestationType]


def verify_compound(statements: Sequence[object], verify_one: VerifyOne) -> AttestationType:
    """Return the strongest of their types. Raises RegistrationRejected."""
    if not LEAST <= len(statements) <= MOST:
        raise RegistrationRejected(Reason.ATTESTATION_INVALID)
    types = [_verify(each, verify_one) for each in statements]
    return min(types, key=_STRONGEST_FIRST.index)


def _verify(statement: object, verify_one: VerifyOne) -> AttestationType:
    """A compound one holds a list where others have a map, so that none is in another."""
    match statement:
        case {"fmt": str() as fmt, "attStmt": Mapping() as members, **others} if not others:
            return verify_one(fmt, members)
    raise RegistrationRejected(Reason.ATTESTATION_INVALID)
