"""Who administers in these tests: a backend that an identity provider vouches for."""

from datetime import datetime, timedelta

from shared.accounts.handles import UserHandle
from shared.accounts.names import read_username
from shared.accounts.roles import Role
from shared.providers.identity import ProviderIdentity
from shared.relying_party.principals import AccountHolder
from shared.relying_party.provisioning import Provisioning
from shared.storage.accounts import StoredAccount
from shared.tokens.access_token import AccessToken, Scope
from tests.relying_party.party import Party

ALICE = read_username("alice")


def identity(
    *roles: Role, subject: str = "backend", username: str | None = None, application: bool = True
) -> ProviderIdentity:
    return ProviderIdentity(
        issuer="https://provider.example",
        subject=subject,
        client_id=None,
        username=username,
        display_name=None,
        is_application=application,
        roles=frozenset(roles),
        authenticated_at=None,
    )


ADMINISTRATOR = identity(Role.AUTHENTICATORS_ADMIN)


def account_administrator(*, signed_in_at: datetime, scope: Scope = Scope.ACCOUNT) -> AccountHolder:
    """One who signed in here, in place of a backend."""
    return AccountHolder(
        AccessToken(
            user_handle=UserHandle(bytes(32)),
            scope=scope,
            auth_time=signed_in_at,
            expires_at=signed_in_at + timedelta(days=2),  # refreshed since
            amr=("pop", "user", "mfa"),
            roles=frozenset({Role.AUTHENTICATORS_ADMIN}),
        )
    )


async def holder(party: Party, access_token: str) -> AccountHolder:
    return AccountHolder(await party.service.entry.read_own(access_token))


async def account(party: Party, username: str = "alice") -> StoredAccount:
    found = await Provisioning(party.resources).find(read_username(username))
    assert found is not None
    return found
