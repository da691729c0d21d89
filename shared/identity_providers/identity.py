"""The identity that a provider's token names."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.accounts.roles import Role
from shared.identity_providers.provider import Provider
from shared.identity_providers.usernames import account_name


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderIdentity:
    issuer: str
    subject: str
    """With the issuer, it names the same person or application for ever."""
    client_id: str | None
    """The client that the token was issued to, for the audit log."""
    username: str | None
    """The username for a new account of this person. The provider may change the name later."""
    display_name: str | None
    is_application: bool
    roles: frozenset[Role]
    authenticated_at: datetime | None
    """When the person signed in at the provider. If the settings say so, and for an application,
    when the token was issued. None if the token does not say it."""
    groups: frozenset[str] | None = frozenset()
    """The provider's groups, by the names that accounts keep. None if the token does not say
    which."""
    longest_age: timedelta | None = None
    """The maximum age of that sign-in where a fresh one is required. None: as for a sign-in
    here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryObject:
    """A person or an application in a tenant of Entra."""

    tenant: str
    object_id: str
    is_application: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedToken:
    """The content of a verified token. The groups may still be missing."""

    provider: Provider
    issuer: str
    subject: str
    client_id: str | None
    username: str | None
    display_name: str | None
    is_application: bool
    authenticated_at: datetime | None
    provider_roles: frozenset[str]
    groups: "frozenset[str] | DirectoryObject"
    """Those that may be mapped to a role. If the token leaves out the groups, the person or
    application whose groups they are."""
    kept_groups: frozenset[str] | None
    """Those of the person's account. None if the token does not say which."""

    def _account_name(self) -> str | None:
        if self.username is None:
            return None
        return account_name(
            self.username,
            issuer=self.issuer,
            usernames=self.provider.usernames,
            domains=self.provider.username_domains,
        )

    def identity(self, *, groups: frozenset[str]) -> ProviderIdentity:
        return ProviderIdentity(
            issuer=self.issuer,
            subject=self.subject,
            client_id=self.client_id,
            username=self._account_name(),
            display_name=self.display_name,
            is_application=self.is_application,
            roles=_map_roles(self.provider, provider_roles=self.provider_roles, groups=groups),
            authenticated_at=self.authenticated_at,
            groups=self.kept_groups,
            longest_age=self.provider.application_token_age if self.is_application else None,
        )


def _map_roles(
    provider: Provider, *, provider_roles: frozenset[str], groups: frozenset[str]
) -> frozenset[Role]:
    """Roles come only from the settings' maps, never from a name or a subject."""
    by_role = {role for role, names in provider.roles.items() if names & provider_roles}
    by_group = {role for role, names in provider.groups.items() if names & groups}
    return frozenset(by_role | by_group)
