"""The `id_token_hint` with which Entra tells for whom it asks for a second factor.

It is an ID token for our registration at Entra. It has expired on purpose, so that it is no sign-in
anywhere. So its end is not checked, but its time of issue is: nobody can use a hint an hour later.
"""

from datetime import datetime

from shared.openid.external_mfa.configuration import TENANT_PLACEHOLDER, ExternalMfa, is_guid
from shared.openid.external_mfa.entra_user import EntraUser
from shared.signed_tokens.claims import Claims, Untrusted
from shared.signed_tokens.key_set import KeySet
from shared.signed_tokens.signed_token import (
    SignedToken,
    check_algorithm,
    find_key,
    verify_signature,
)

LONGEST_AGE_SECONDS = 3600
"""Entra may write a time of issue some minutes early, as it does in other tokens."""
LEEWAY_SECONDS = 60
_ALGORITHMS = frozenset({"RS256"})
_LONGEST_NAME = 320
_LONGEST_SUBJECT = 255  # OpenID Connect Core section 2
_OF_OTHER_TOKENS = ("scp", "azp", "appid", "idtyp", "cnf")


def check_before_keys(token: SignedToken, configuration: ExternalMfa) -> None:
    """Raise Untrusted for a hopeless token, which then causes no request for keys."""
    check_algorithm(token, _ALGORITHMS)
    _tenant_of(token.issuer, configuration)


def verify_hint(
    token: SignedToken, configuration: ExternalMfa, keys: KeySet, now: datetime
) -> EntraUser:
    """`keys` are those of Entra. Raise Untrusted."""
    claims = verify_signature(token, algorithms=_ALGORITHMS, keys=keys)
    tenant = _tenant_of(claims.text("iss"), configuration)
    if claims.text("tid") != tenant:
        raise Untrusted("tid is not the issuer's")
    key_issuer = find_key(token, keys).issuer
    if key_issuer not in (None, configuration.hint_issuer, claims.text("iss")):
        raise Untrusted("the key is another tenant's")
    if claims.values("aud") != {configuration.client_id}:
        raise Untrusted("aud is not our registration")
    if any(name in claims for name in _OF_OTHER_TOKENS):
        raise Untrusted("not an ID token")
    _check_age(claims, now.timestamp())
    object_id = claims.text("oid")
    if not is_guid(object_id):
        raise Untrusted("oid is not an object ID")
    return EntraUser(
        tenant=tenant,
        object_id=object_id,
        subject=claims.text("sub", limit=_LONGEST_SUBJECT),
        username=_displayed(claims),
    )


def _tenant_of(issuer: str, configuration: ExternalMfa) -> str:
    for tenant in configuration.tenants:
        if issuer == configuration.hint_issuer.replace(TENANT_PLACEHOLDER, tenant):
            return tenant
    raise Untrusted("iss is not one of the tenants'")


def _check_age(claims: Claims, now: float) -> None:
    issued_at = claims.time("iat")
    if issued_at - LEEWAY_SECONDS > now:
        raise Untrusted("iat is ahead")
    if issued_at + LONGEST_AGE_SECONDS + LEEWAY_SECONDS <= now:
        raise Untrusted("iat is too long ago")


def _displayed(claims: Claims) -> str:
    """People compare it, so it has no characters that cannot be seen."""
    name = claims.optional_text("preferred_username") or ""
    return "".join(filter(str.isprintable, name))[:_LONGEST_NAME]
