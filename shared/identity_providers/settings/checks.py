"""Rules between the members of an entry, and for all values of a list."""

from shared.accounts.groups import GROUP_NAME
from shared.identity_providers.provider import TENANT_PLACEHOLDER, Kind, Provider
from shared.identity_providers.settings.entra import is_guid
from shared.identity_providers.settings.provider_entry import ProviderEntry
from shared.identity_providers.usernames import Usernames
from shared.signed_tokens.key_set import ALGORITHMS

_REASSIGNED_CLAIMS = frozenset(
    (
        *("email", "emails", "mail", "verified_primary_email", "verified_secondary_email"),
        *("upn", "preferred_username", "unique_name", "username", "user_name", "login"),
        *("login_hint", "name", "nickname", "phone_number"),
    )
)
"""Claims that an administrator or the person can change, or give to somebody else."""


def check_provider(entry: ProviderEntry, provider: Provider) -> None:
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
    if provider.group_prefix is not None:
        _check_group_prefix(entry, provider, provider.group_prefix)
    if provider.kind is Kind.ENTRA:
        _check_entra_groups(entry, provider)


def _check_group_prefix(entry: ProviderEntry, provider: Provider, prefix: str) -> None:
    if len(provider.tenants) > 1:
        entry.refuse("groupPrefix", "of several tenants would be the same: each has its mark")
    if not GROUP_NAME.fullmatch(prefix):
        entry.refuse("groupPrefix", "must be 1 to 64 letters, digits, dots, hyphens or underscores")


def _is_stable(claim: str) -> bool:
    return claim.lower() not in _REASSIGNED_CLAIMS


def _check_entra_groups(entry: ProviderEntry, provider: Provider) -> None:
    groups = entry.optional_inner("groups")
    if groups is None:
        return
    for role in provider.groups:
        groups.each(role, groups.texts(role), is_guid)
    if provider.graph is None:
        entry.refuse("graph", "is required, because Entra omits groups from a large token")
