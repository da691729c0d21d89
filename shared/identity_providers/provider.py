"""An identity provider as the settings describe it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from shared.accounts.roles import Role
from shared.identity_providers.usernames import Usernames, mark_of

TENANT_PLACEHOLDER = "{tenantid}"
"""As in the issuer of Entra's discovery document for several tenants."""

type RoleMapping = Mapping[Role, frozenset[str]]


class Kind(StrEnum):
    """Whose conventions the tokens follow where the standards leave a choice."""

    ENTRA = "entra"
    OIDC = "oidc"


class AcceptedTokens(StrEnum):
    ACCESS = "access"
    ID = "id"


class Freshness(StrEnum):
    """Which claim shows that a person has signed in lately."""

    SIGN_IN = "sign-in"
    """`auth_time`. A token without it is never fresh."""
    TOKEN = "token"  # noqa: S105  a kind of freshness
    """`iat`: for providers that never say when a person signed in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphSettings:
    """Where to ask for groups that Entra leaves out of a token, and as which application."""

    client_id: str
    authority: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    issuer: str
    kind: Kind
    discovery: str
    """The address of the discovery document."""
    audiences: tuple[str, ...]
    tenants: tuple[str, ...]
    """The Entra tenants that are trusted, at least one. Empty for other providers."""
    accepted_tokens: AcceptedTokens
    token_type: str | None
    """The `typ` that a token's header must have; None if the provider's `typ` has no meaning."""
    algorithms: frozenset[str]
    subject_claims: tuple[str, ...]
    username_claim: str
    usernames: Usernames
    username_domains: tuple[str, ...]
    """Only this provider may give usernames in these domains."""
    display_name_claim: str
    roles_claim: str | None
    groups_claim: str | None
    roles: RoleMapping
    groups: RoleMapping
    application_when: Mapping[str, str]
    """Claims and their values that mark an application's own token. Entra needs none."""
    graph: GraphSettings | None
    freshness: Freshness = Freshness.SIGN_IN
    other_audiences: tuple[str, ...] = ()
    """Other audiences that a token for us may name. Each of them can use the token here too."""
    group_prefix: str | None = None
    """What the groups of its users are written with. None: the mark of each issuer."""
    application_token_age: timedelta | None = None
    """The maximum age of an application's token where a fresh one is required. None: as for the
    sign-in of a person."""

    def issuers(self) -> Mapping[str, str | None]:
        """Every `iss` that a token may have, with its tenant."""
        if not self.tenants:
            return {self.issuer: None}
        return {self.issuer.replace(TENANT_PLACEHOLDER, tenant): tenant for tenant in self.tenants}

    def prefix_of(self, issuer: str) -> str:
        """What the groups of this issuer's users are written with."""
        return self.group_prefix or mark_of(issuer)

    @property
    def mapped_groups(self) -> frozenset[str]:
        return frozenset[str]().union(*self.groups.values())

    @property
    def entra_version(self) -> str:
        return "2.0" if self.issuer.endswith("/v2.0") else "1.0"


def issuers_of(providers: Iterable[Provider]) -> frozenset[str]:
    """Every `iss` that a token of these providers may have."""
    return frozenset(issuer for provider in providers for issuer in provider.issuers())
