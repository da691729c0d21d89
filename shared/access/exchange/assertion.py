"""The assertion that Entra gets (RFC 7523 section 3): that we vouch for a profile's subject.

Its `typ` is that of no other token of ours, so it is accepted nowhere here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.keys.signing_key import SigningKey
from shared.openid.tokens.signed import sign

AUDIENCE = "api://AzureADTokenExchange"
_TYPE = "JWT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    subject: str
    id: str
    issued_at: int
    expires_at: int
    actor: Mapping[str, Any] | None = None
    """The `act` of the result (RFC 8693 section 4.1)."""


def subject_of(profile: str, person: str | None) -> str:
    """As the federated credential has it, in which upper and lower case count. `person` is the
    `sub` of somebody for whom the profile's identity has a credential of their own."""
    return f"profile:{profile}" if person is None else f"profile:{profile}:{person}"


def sign_assertion(assertion: Assertion, *, issuer: str, key: SigningKey) -> str:
    claims = {
        "iss": issuer,
        "sub": assertion.subject,
        "aud": AUDIENCE,
        "iat": assertion.issued_at,
        "nbf": assertion.issued_at,
        "exp": assertion.expires_at,
        "jti": assertion.id,
        "act": assertion.actor,
    }
    return sign(claims, kind=_TYPE, key=key)
