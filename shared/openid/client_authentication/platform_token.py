"""Tokens of the platform that a client runs on, such as a managed identity's, a workflow's or a
pod's: the client has no credential of its own.

A platform writes such a token to a file, or keeps it for an hour or a day, and the client sends it
again and again. So it counts more than once. What limits a stolen one is its audience, which
should be us alone, and its life.
"""

from shared.openid.clients.client import Federated
from shared.signed_tokens.claims import Claims, Untrusted
from shared.signed_tokens.key_set import ALGORITHMS, KeySet
from shared.signed_tokens.signed_token import SignedToken, find_key, verify_signature

LONGEST_LIFE = 86_400
"""In seconds. Managed identities of Azure get tokens for a day."""
LEEWAY = 60
_LONGEST = 600
_TYPES = (None, "jwt", "at+jwt", "application/at+jwt")
_TENANT = "{tenantid}"


def verify_platform_token(
    token: SignedToken, expected: Federated, *, keys: KeySet, now: float
) -> None:
    """`keys` are those of the expected issuer. `now` is in seconds since 1970. Raise Untrusted."""
    check_issuer(token, expected)
    if (token.token_type and token.token_type.lower()) not in _TYPES:
        raise Untrusted("typ is of another kind of token")
    claims = verify_signature(token, algorithms=ALGORITHMS, keys=keys)
    _check_key(find_key(token, keys).issuer, expected)
    for name, value in (("iss", expected.issuer), ("sub", expected.subject)):
        if claims.text(name, limit=_LONGEST) != value:
            raise Untrusted(f"{name} is another")
    if claims.values("aud") != {expected.audience}:
        raise Untrusted("aud is not the expected one alone")
    if "cnf" in claims:
        raise Untrusted("cnf binds the token to a key")
    _check_times(claims, now)


def check_issuer(token: SignedToken, expected: Federated) -> None:
    """Before keys are fetched, so that a token of somebody else causes no request."""
    if token.issuer != expected.issuer:
        raise Untrusted("iss is another")


def _check_key(issuer: str | None, expected: Federated) -> None:
    """Entra publishes keys of several tenants together, and says whose tokens each may sign."""
    if issuer is not None and _TENANT not in issuer and issuer != expected.issuer:
        raise Untrusted("the key is another issuer's")


def _check_times(claims: Claims, now: float) -> None:
    issued_at, expires_at = claims.time("iat"), claims.time("exp")
    if expires_at + LEEWAY <= now:
        raise Untrusted("exp is past")
    if expires_at - issued_at > LONGEST_LIFE + LEEWAY:
        raise Untrusted("the token is for longer than a day")
    for name in ("iat", "nbf"):
        if (claims.optional_time(name) or 0) - LEEWAY > now:
            raise Untrusted(f"{name} is ahead")
