"""Whom a provider's token stands for."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.accounts.roles import Role
from shared.identity_providers.provider import Provider
from shared.identity_providers.usernames import account_name


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderIdentity:
    issuer: str
    subject: str
    """Together with the issuer it is the same for the same person or application, for ever."""
    client_id: str | None
    """The client that the token was issued to, for the record."""
    username: str | None
    """What an account of this person is called; the provider may call them otherwise later."""
    display_name: str | None
    is_application: bool
    roles: frozenset[Role]
    authenticated_at: datetime | None
    """When the person signed in there, or by the settings, and for an application, when the token
    was issued; None if nothing tells."""
    longest_age: timedelta | None = None
    """How long ago that may be where it matters; None for as long as with sign-ins here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryObject:
    """A person or an application in a tenant of Entra."""

    tenant: str
    object_id: str
    is_application: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedToken:
    """What a token that was verified says; its groups may still be missing."""

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
    """In place of the groups that the token leaves out stands whose they are."""

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
            longest_age=self.provider.application_token_age if self.is_application else None,
        )


def _map_roles(
    provider: Provider, *, provider_roles: frozenset[str], groups: frozenset[str]
) -> frozenset[Role]:
    """The only way to a right: neither a name nor a subject has a part in it."""
    by_role = {role for role, names in provider.roles.items() if names & provider_roles}
    by_group = {role for role, names in provider.groups.items() if names & groups}
    return frozenset(by_role | by_group)
