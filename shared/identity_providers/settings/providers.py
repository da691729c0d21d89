"""Reads the entries of the setting, and checks the rules between two of them."""

from collections.abc import Collection, Mapping
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
from shared.identity_providers.settings.checks import check_provider
from shared.identity_providers.settings.entra import (
    discovery_address,
    is_entra_issuer,
    read_tenants,
)
from shared.identity_providers.settings.provider_entry import ProviderEntry, parse_list
from shared.identity_providers.usernames import Usernames

_NAME = "IDENTITY_PROVIDERS"

_GRAPH_AUTHORITY = "https://login.microsoftonline.com"
_GRAPH_URL = "https://graph.microsoft.com/v1.0"
_MEMBERS = (
    *("issuer", "kind", "discovery", "audiences", "otherAudiences", "tenants"),
    *("acceptedTokens", "tokenType"),
    *("algorithms", "subjectClaims", "usernameClaim", "usernames", "usernameDomains"),
    *("displayNameClaim", "rolesClaim"),
    *("groupsClaim", "groupPrefix", "roles", "groups", "applicationWhen", "graph"),
    *("freshness", "applicationTokenSeconds"),
)


def parse_providers(text: str, *, own_issuers: Collection[str] = ()) -> tuple[Provider, ...]:
    """Raise InvalidProvider for the first entry that is wrong, or may match two issuers.

    `own_issuers` are the issuers of our own tokens. No provider may claim one of them.
    """
    providers: list[Provider] = []
    known, domains, prefixes = {*own_issuers}, set[str](), set[str]()
    for entry in parse_list(_NAME, text):
        provider = _read_provider(entry)
        for issuer in provider.issuers():
            if issuer in known:
                entry.refuse("issuer", f"{issuer!r} is trusted by another entry, or our own")
            known.add(issuer)
            if provider.prefix_of(issuer) in prefixes:
                entry.refuse("groupPrefix", "is another entry's, or the mark of another issuer")
            prefixes.add(provider.prefix_of(issuer))
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
    kind = entry.choice("kind", Kind, Kind.ENTRA if is_entra_issuer(issuer) else Kind.OIDC)
    entra = kind is Kind.ENTRA
    version_2 = issuer.endswith("/v2.0")
    provider = Provider(
        issuer=issuer,
        kind=kind,
        discovery=entry.address("discovery", discovery_address(issuer)),
        audiences=entry.texts("audiences"),
        other_audiences=entry.texts("otherAudiences"),
        tenants=read_tenants(entry, issuer, kind),
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
        group_prefix=entry.optional_text("groupPrefix"),
        roles=_read_roles(entry, kind, issuer),
        groups=_read_mapping(entry, "groups") or {},
        application_when=_read_application(entry, kind),
        graph=_read_graph(entry, kind),
        freshness=entry.choice("freshness", Freshness, Freshness.SIGN_IN),
        application_token_age=entry.optional_seconds("applicationTokenSeconds", 30, 86_400),
    )
    check_provider(entry, provider)
    return provider


def _read_roles(entry: ProviderEntry, kind: Kind, issuer: str) -> RoleMapping:
    """The application roles of one tenant have our names unless the settings map other names.

    If there are several tenants, each has its own administrators, who assign any roles. Then, and
    if no roles claim is known, no role is mapped by default.
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
