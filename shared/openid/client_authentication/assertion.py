"""Assertions that a client signs itself (RFC 7523 section 3, OpenID Connect Core 1.0 section 9:
`private_key_jwt`).

The audience. A client that is at home at several providers can be made to send one of them an
assertion that is meant for another: a dishonest provider names the token endpoint of an honest one
in its metadata, and its own address for pushed requests. What protects from that is an audience
that the client knows without such metadata, so the successor of RFC 7523 (draft-ietf-oauth-
rfc7523bis) allows our issuer alone. Where a client ID is the address of a metadata document, it is
the same everywhere, so we demand just that. Clients that were registered here may also name the
endpoint, as RFC 7523 and RFC 9126 told them to. In each case we are the only audience.
"""

from collections.abc import Collection
from dataclasses import dataclass

from shared.openid.client_authentication.client_keys import key_for
from shared.signed_tokens.claims import Claims, Untrusted
from shared.signed_tokens.key_set import ALGORITHMS, KeySet
from shared.signed_tokens.signed_token import SignedToken, verify_signature

LONGEST_LIFE = 300
"""In seconds. A client makes an assertion for each request."""
LEEWAY = 60
"""The accepted difference, in seconds, between the client's clock and ours."""
_TYPES = (None, "jwt", "client-authentication+jwt", "application/client-authentication+jwt")
_LONGEST_ID = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """It may not be used again while it is valid."""

    id: str
    expires_at: float


def verify_assertion(
    token: SignedToken,
    *,
    client_id: str,
    audiences: Collection[str],
    keys: KeySet,
    now: float,
) -> Accepted:
    """`audiences` are our names for this client. `now` is in seconds since 1970. Raise
    Untrusted."""
    if (token.token_type and token.token_type.lower()) not in _TYPES:
        raise Untrusted("typ is of another kind of token")
    claims = verify_signature(token, algorithms=ALGORITHMS, keys=key_for(token, keys))
    if claims.text("iss") != client_id or claims.text("sub") != client_id:
        raise Untrusted("iss and sub are not both the client")
    named = claims.values("aud")
    if not named or not named <= set(audiences):
        raise Untrusted("aud is not us alone")
    return Accepted(id=claims.text("jti", limit=_LONGEST_ID), expires_at=_check_times(claims, now))


def _check_times(claims: Claims, now: float) -> float:
    expires_at = claims.time("exp")
    if expires_at + LEEWAY <= now:
        raise Untrusted("exp is past")
    if expires_at - LEEWAY > now + LONGEST_LIFE:
        raise Untrusted("exp is too far ahead")
    for name in ("iat", "nbf"):
        if (claims.optional_time(name) or 0) - LEEWAY > now:
            raise Untrusted(f"{name} is ahead")
    return expires_at + LEEWAY
