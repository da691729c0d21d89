"""The `compound` statement (L3 section 8.9): several other statements, which must all be valid.

The specification lets the relying party choose how many must be valid. An invalid one is a false
statement of the authenticator, so the others are not believed either.
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
    """Return the strongest of their types. Raise RegistrationRejected."""
    if not LEAST <= len(statements) <= MOST:
        raise RegistrationRejected(Reason.ATTESTATION_INVALID)
    types = [_verify(each, verify_one) for each in statements]
    return min(types, key=_STRONGEST_FIRST.index)


def _verify(statement: object, verify_one: VerifyOne) -> AttestationType:
    """A compound statement has a list where others have a map, so it cannot be inside another."""
    match statement:
        case {"fmt": str() as fmt, "attStmt": Mapping() as members, **others} if not others:
            return verify_one(fmt, members)
    raise RegistrationRejected(Reason.ATTESTATION_INVALID)
