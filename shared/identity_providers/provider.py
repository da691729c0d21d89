"""An identity provider as the settings describe it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from shared.accounts.roles import Role
from shared.identity_providers.usernames import Usernames

TENANT_PLACEHOLDER = "{tenantid}"
"""As it stands in the issuer of Entra's discovery document for several tenants."""

type RoleMapping = Mapping[Role, frozenset[str]]


class Kind(StrEnum):
    """Whose habits the tokens follow where the standards leave a choice."""

    ENTRA = "entra"
    OIDC = "oidc"


class AcceptedTokens(StrEnum):
    ACCESS = "access"
    ID = "id"


class Freshness(StrEnum):
    """By what it is seen that a person has signed in lately."""

    SIGN_IN = "sign-in"
    """`auth_time`; a token without it is fresh for nothing."""
    TOKEN = "token"  # noqa: S105  a kind of freshness
    """`iat`: for providers that never tell when somebody signed in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphSettings:
    """Where the groups are asked for that Entra leaves out of a token, and as which application."""

    client_id: str
    authority: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    issuer: str
    kind: Kind
    discovery: str
    """Address of the discovery document."""
    audiences: tuple[str, ...]
    tenants: tuple[str, ...]
    """Entra's tenants that are trusted: at least one. Empty for other providers."""
    accepted_tokens: AcceptedTokens
    token_type: str | None
    """The `typ` that a token's header must have; None where the provider sets no telling one."""
    algorithms: frozenset[str]
    subject_claims: tuple[str, ...]
    username_claim: str
    usernames: Usernames
    username_domains: tuple[str, ...]
    """Names in these are this provider's to give, and nobody else's."""
    display_name_claim: str
    roles_claim: str | None
    groups_claim: str | None
    roles: RoleMapping
    groups: RoleMapping
    application_when: Mapping[str, str]
    """Claims with the values that mark an application's own token. Entra needs none."""
    graph: GraphSettings | None
    freshness: Freshness = Freshness.SIGN_IN
    other_audiences: tuple[str, ...] = ()
    """Whom a token for us may be meant for besides: each of them can use it here too."""
    application_token_age: timedelta | None = None
    """How old an application's token may be where a fresh one is asked for; None for as old as a
    person's sign-in may be."""

    def issuers(self) -> Mapping[str, str | None]:
        """Every `iss` that a token may have, each with its tenant."""
        if not self.tenants:
            return {self.issuer: None}
        return {self.issuer.replace(TENANT_PLACEHOLDER, tenant): tenant for tenant in self.tenants}

    @property
    def mapped_groups(self) -> frozenset[str]:
        return frozenset[str]().union(*self.groups.values())

    @property
    def entra_version(self) -> str:
        return "2.0" if self.issuer.endswith("/v2.0") else "1.0"


def issuers_of(providers: Iterable[Provider]) -> frozenset[str]:
    """Every `iss` that a token of one of them may have."""
    return frozenset(issuer for provider in providers for issuer in provider.issuers())
