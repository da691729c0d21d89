"""The setting IDENTITY_PROVIDERS: a JSON list with an entry for each issuer that is trusted."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from shared.accounts.roles import Role
from shared.identity_providers.provider import (
    TENANT_PLACEHOLDER,
    AcceptedTokens,
    Freshness,
    GraphSettings,
    Kind,
    Provider,
    RoleMapping,
)
from shared.identity_providers.provider_entry import InvalidProvider, ProviderEntry, parse_list
from shared.identity_providers.provider_keys import ALGORITHMS
from shared.identity_providers.usernames import Usernames

_NAME = "IDENTITY_PROVIDERS"
_GUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_is_guid = re.compile(_GUID).fullmatch
_entra_issuer = re.compile(rf"https://[^/]+/({_GUID}|{{tenantid}})(?:/v2\.0|/)").fullmatch

_GRAPH_AUTHORITY = "https://login.microsoftonline.com"
_GRAPH_URL = "https://graph.microsoft.com/v1.0"
_ENTRA_V1_HOST = "sts.windows.net"
_WELL_KNOWN = "/.well-known/openid-configuration"

_REASSIGNED_CLAIMS = frozenset(
    (
        *("email", "emails", "mail", "verified_primary_email", "verified_secondary_email"),
        *("upn", "preferred_username", "unique_name", "username", "user_name", "login"),
        *("login_hint", "name", "nickname", "phone_number"),
    )
)
"""What an administrator, or the person, can change, or give to somebody else."""

_MEMBERS = (
    *(
        "issuer",
        "kind",
        "discovery",
        "audiences",
        "otherAudiences",
        "tenants",
        "acceptedTokens",
        "tokenType",
    ),
    *("algorithms", "subjectClaims", "usernameClaim", "usernames", "usernameDomains"),
    *("displayNameClaim", "rolesClaim"),
    *("groupsClaim", "roles", "groups", "applicationWhen", "graph"),
    *("freshness", "applicationTokenSeconds"),
)


def parse_providers(text: str, *, own_issuer: str | None = None) -> tuple[Provider, ...]:
    """Raise InvalidProvider for the first entry that is wrong, or not clearly one issuer's.

    `own_issuer` is the one of our own tokens, which no provider may claim.
    """
    providers: list[Provider] = []
    known, domains = {own_issuer}, set[str]()
    for entry in parse_list(_NAME, text):
        provider = _read_provider(entry)
        for issuer in provider.issuers():
            if issuer in known:
                entry.refuse("issuer", f"{issuer!r} is trusted by another entry, or our own")
            known.add(issuer)
        if not domains.isdisjoint(provider.username_domains):
            entry.refuse("usernameDomains", "one of them is another entry's")
        domains.update(provider.username_domains)
        if providers and domains and _trusts_names(*providers, provider):
            entry.refuse("usernames", "are another entry's too, which has domains for them")
        providers.append(provider)
    return tuple(providers)


def _trusts_names(*providers: Provider) -> bool:
    return any(provider.usernames is Usernames.TRUSTED for provider in providers)


def _read_provider(entry: ProviderEntry) -> Provider:
    entry.only(*_MEMBERS)
    issuer = entry.address("issuer")
    kind = entry.choice("kind", Kind, Kind.ENTRA if _entra_issuer(issuer) else Kind.OIDC)
    entra = kind is Kind.ENTRA
    version_2 = issuer.endswith("/v2.0")
    provider = Provider(
        issuer=issuer,
        kind=kind,
        discovery=entry.address("discovery", _discovery(issuer)),
        audiences=entry.texts("audiences"),
        other_audiences=entry.texts("otherAudiences"),
        tenants=_read_tenants(entry, issuer, kind),
        accepted_tokens=entry.choice("acceptedTokens", AcceptedTokens, AcceptedTokens.ACCESS),
        token_type=entry.optional_text("tokenType"),
        algorithms=frozenset(entry.texts("algorithms", ("RS256",))),
        subject_claims=entry.texts("subjectClaims", ("tid", "oid") if entra else ("sub",)),
        username_claim=entry.optional_text("usernameClaim")
        or ("unique_name" if entra and not version_2 else "preferred_username"),
        usernames=entry.choice("usernames", Usernames, Usernames.QUALIFIED),
        username_domains=tuple(map(str.lower, entry.texts("usernameDomains"))),
        display_name_claim=entry.optional_text("displayNameClaim") or "name",
        roles_claim=entry.optional_text("rolesClaim") or ("roles" if entra else None),
        groups_claim=entry.optional_text("groupsClaim") or ("groups" if entra else None),
        roles=_read_roles(entry, kind, issuer),
        groups=_read_mapping(entry, "groups") or {},
        application_when=_read_application(entry, kind),
        graph=_read_graph(entry, kind),
        freshness=entry.choice("freshness", Freshness, Freshness.SIGN_IN),
        application_token_age=entry.optional_seconds("applicationTokenSeconds", 30, 86_400),
    )
    _check(entry, provider)
    return provider


def _discovery(issuer: str) -> str:
    """Entra publishes version 1 and the tenants' common document under its other host name."""
    base = issuer.replace(TENANT_PLACEHOLDER, "common").rstrip("/")
    return base.replace(f"//{_ENTRA_V1_HOST}/", "//login.microsoftonline.com/") + _WELL_KNOWN


def _read_tenants(entry: ProviderEntry, issuer: str, kind: Kind) -> tuple[str, ...]:
    found = _entra_issuer(issuer)
    tenants = entry.texts("tenants")
    if kind is Kind.OIDC:
        if tenants or TENANT_PLACEHOLDER in issuer:
            entry.refuse("tenants", "are Entra's alone")
        return ()
    if found is None:
        entry.refuse("issuer", "is not one of Entra's: https://<host>/<tenant>/v2.0, or v1's")
    if found[1] != TENANT_PLACEHOLDER:
        if tenants not in ((), (found[1],)):
            entry.refuse("tenants", f"the issuer is that of one tenant, not {TENANT_PLACEHOLDER}")
        return (found[1],)
    if not tenants:
        entry.refuse("tenants", f"are required, as the issuer is {TENANT_PLACEHOLDER}'s")
    entry.each("tenants", tenants, _is_guid)
    return tenants


def _read_roles(entry: ProviderEntry, kind: Kind, issuer: str) -> RoleMapping:
    """One tenant's application roles have our names unless the settings say otherwise.

    Of several tenants each has its own administrators, who assign roles as they like: there,
    and wherever no roles claim is known, nothing is mapped by itself.
    """
    mapping = _read_mapping(entry, "roles")
    if mapping is not None:
        return mapping
    if kind is Kind.ENTRA and TENANT_PLACEHOLDER not in issuer:
        return MappingProxyType({role: frozenset({role.value}) for role in Role})
    return {}


def _read_mapping(entry: ProviderEntry, name: str) -> RoleMapping | None:
    mapping = entry.optional_inner(name)
    if mapping is None:
        return None
    mapping.only(*Role)
    return MappingProxyType(
        {role: frozenset(mapping.texts(role)) for role in Role if role in mapping.members}
    )


def _read_application(entry: ProviderEntry, kind: Kind) -> Mapping[str, str]:
    claims = entry.optional_inner("applicationWhen")
    if claims is None:
        return {}
    if kind is Kind.ENTRA or not claims.members:
        entry.refuse("applicationWhen", "must name a claim, and Entra's tokens need none")
    return MappingProxyType({name: claims.text(name) for name in claims.members})


def _read_graph(entry: ProviderEntry, kind: Kind) -> GraphSettings | None:
    graph = entry.optional_inner("graph")
    if graph is None:
        return None
    if kind is not Kind.ENTRA:
        entry.refuse("graph", "is Entra's alone")
    graph.only("clientId", "authority", "url")
    return GraphSettings(
        client_id=graph.text("clientId"),
        authority=graph.address("authority", _GRAPH_AUTHORITY).rstrip("/"),
        url=graph.address("url", _GRAPH_URL).rstrip("/"),
    )


def _check(entry: ProviderEntry, provider: Provider) -> None:
    """What holds between members, and of all values of a list."""
    if not provider.audiences:
        entry.refuse("audiences", "at least one is needed")
    entry.each("algorithms", entry.texts("algorithms"), ALGORITHMS.__contains__)
    entry.each("subjectClaims", provider.subject_claims, _is_stable)
    if TENANT_PLACEHOLDER in provider.issuer and "tid" not in provider.subject_claims:
        entry.refuse("subjectClaims", "must hold 'tid', as there are several tenants")
    if len(provider.tenants) > 1 and (
        provider.username_domains or provider.usernames is Usernames.TRUSTED
    ):
        entry.refuse("usernames", "of several tenants cannot be used unchanged")
    if provider.roles and provider.roles_claim is None:
        entry.refuse("rolesClaim", "is required, because roles are mapped")
    if provider.groups and provider.groups_claim is None:
        entry.refuse("groupsClaim", "is required, because groups are mapped")
    if provider.kind is Kind.ENTRA:
        _check_entra_groups(entry, provider)


def _is_stable(claim: str) -> bool:
    return claim.lower() not in _REASSIGNED_CLAIMS


def _check_entra_groups(entry: ProviderEntry, provider: Provider) -> None:
    groups = entry.optional_inner("groups")
    if groups is None:
        return
    for role in provider.groups:
        groups.each(role, groups.texts(role), _is_guid)
    if provider.graph is None:
        entry.refuse("graph", "is required, because Entra omits groups from a large token")


__all__ = ["InvalidProvider", "parse_providers"]
