"""Verifies a provider's token, and reads the identity that it names."""

import re
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

from shared.accounts.groups import name_groups
from shared.errors import TokenInvalid
from shared.identity_providers.identity import DirectoryObject, VerifiedToken
from shared.identity_providers.provider import TENANT_PLACEHOLDER, Freshness, Kind, Provider
from shared.identity_providers.token_kinds import check_kind, client_claim
from shared.signed_tokens.claims import Claims, Untrusted
from shared.signed_tokens.key_set import KeySet
from shared.signed_tokens.signed_token import SignedToken, find_key, verify_signature

LEEWAY_SECONDS = 60
"""The accepted difference between the provider's clock and ours."""

_is_guid = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch
_is_e_mail = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+").fullmatch


def verify(token: SignedToken, provider: Provider, keys: KeySet, now: datetime) -> VerifiedToken:
    """`keys` must be the keys of that provider only. Raise TokenInvalid."""
    try:
        claims = verify_signature(token, algorithms=provider.algorithms, keys=keys)
        tenant = _check_issuer(claims, provider)
        _check_key_issuer(find_key(token, keys).issuer, claims, provider, tenant)
        _check_audience(claims, provider)
        _check_unbound(claims)
        _check_times(claims, now.timestamp())
        is_application = check_kind(token, claims, provider)
        return _read(claims, provider, tenant=tenant, is_application=is_application)
    except Untrusted as error:
        raise TokenInvalid from error


def _check_issuer(claims: Claims, provider: Provider) -> str | None:
    """Return the tenant, for Entra. `tid` must be the tenant in the issuer."""
    issuers, issuer = provider.issuers(), claims.text("iss")
    if issuer not in issuers:
        raise Untrusted("iss is not the provider's")
    tenant = issuers[issuer]
    if tenant is not None and claims.text("tid") != tenant:
        raise Untrusted("tid is not the issuer's")
    return tenant


def _check_key_issuer(
    key_issuer: str | None, claims: Claims, provider: Provider, tenant: str | None
) -> None:
    """Entra publishes the keys of several tenants together. Some of them are for one tenant only.

    Keys name issuers in the form of version 2, even if they sign tokens of version 1.
    """
    if key_issuer is None or tenant is None:
        return
    version_2 = f"https://{urlsplit(provider.discovery).netloc}/{tenant}/v2.0"
    if key_issuer.replace(TENANT_PLACEHOLDER, tenant) not in (claims.text("iss"), version_2):
        raise Untrusted("the key is another tenant's")


def _check_audience(claims: Claims, provider: Provider) -> None:
    audiences = claims.values("aud")
    if not audiences & set(provider.audiences):
        raise Untrusted("aud is somebody else")
    # Every audience has the token, and could use it here.
    if not audiences <= {*provider.audiences, *provider.other_audiences}:
        raise Untrusted("aud has others beside us")


def _check_unbound(claims: Claims) -> None:
    """RFC 9449 section 7.2: a token that is bound to a key is not accepted without a proof of that
    key. We ask a provider's users for no such proof."""
    if "cnf" in claims:
        raise Untrusted("cnf binds the token to a key")


def _check_times(claims: Claims, now: float) -> None:
    if claims.time("exp") + LEEWAY_SECONDS <= now:
        raise Untrusted("exp is past")
    if claims.time("iat") - LEEWAY_SECONDS > now:
        raise Untrusted("iat is ahead")
    if (claims.optional_time("auth_time") or 0) - LEEWAY_SECONDS > now:
        raise Untrusted("auth_time is ahead")
    if (claims.optional_time("nbf") or 0) - LEEWAY_SECONDS > now:
        raise Untrusted("nbf is ahead")


def _read(
    claims: Claims, provider: Provider, *, tenant: str | None, is_application: bool
) -> VerifiedToken:
    return VerifiedToken(
        provider=provider,
        issuer=claims.text("iss"),
        subject=_read_subject(claims, provider, is_application=is_application),
        client_id=client_claim(claims, provider),
        username=claims.optional_text(provider.username_claim),
        display_name=claims.optional_text(provider.display_name_claim),
        is_application=is_application,
        authenticated_at=_authenticated_at(claims, provider, is_application=is_application),
        provider_roles=claims.values(provider.roles_claim or ""),
        groups=_read_groups(claims, provider, tenant=tenant, is_application=is_application),
        kept_groups=_read_kept_groups(claims, provider),
    )


def _authenticated_at(
    claims: Claims, provider: Provider, *, is_application: bool
) -> datetime | None:
    by_token = is_application or provider.freshness is Freshness.TOKEN
    seconds = claims.time("iat") if by_token else claims.optional_time("auth_time")
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _read_subject(claims: Claims, provider: Provider, *, is_application: bool) -> str:
    """Join the subject claims. Each is quoted, so that two lists of values never give one
    subject."""
    if is_application and provider.kind is Kind.OIDC:
        # Other providers give an application this claim only. No person's subject has the colon.
        return f"client:{quote(client_claim(claims, provider) or claims.text('sub'), safe='')}"
    values = [claims.text(name) for name in provider.subject_claims]
    if any(map(_is_e_mail, values)):
        raise Untrusted("the subject is an e-mail address, which may pass to somebody else")
    return "/".join(quote(value, safe="") for value in values)


def _read_groups(
    claims: Claims, provider: Provider, *, tenant: str | None, is_application: bool
) -> frozenset[str] | DirectoryObject:
    if provider.groups_claim is None or not provider.groups:
        return frozenset()
    if not _leaves_out(provider.groups_claim, claims):
        return claims.values(provider.groups_claim)
    if tenant is None:
        raise Untrusted("groups are left out, and only Entra's can be asked for")
    object_id = claims.text("oid")
    if not _is_guid(object_id):  # it becomes part of an address
        raise Untrusted("oid is not an object ID")
    return DirectoryObject(tenant=tenant, object_id=object_id, is_application=is_application)


def _read_kept_groups(claims: Claims, provider: Provider) -> frozenset[str] | None:
    """No token is refused because of these: without a mapping, they give no role."""
    claim = provider.groups_claim
    if claim is None:
        return frozenset()
    try:
        values = None if _leaves_out(claim, claims) else claims.values(claim)
    except Untrusted:
        return None
    return values and name_groups(provider.prefix_of(claims.text("iss")), values)


def _leaves_out(groups_claim: str, claims: Claims) -> bool:
    """OpenID Connect Core section 5.6.2, and Entra's own claim in the implicit flow."""
    elsewhere = claims.members.get("_claim_names") or {}
    if not isinstance(elsewhere, dict):
        raise Untrusted("_claim_names is not an object")
    return groups_claim in elsewhere or "hasgroups" in claims
