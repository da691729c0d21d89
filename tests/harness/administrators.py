"""Who administers in these tests: a backend that an identity provider vouches for, or a person who
signed in here."""

from dataclasses import replace
from datetime import UTC, datetime

from shared.accounts.handles import HANDLE_BYTES, UserHandle
from shared.accounts.names import read_username
from shared.accounts.roles import Role
from shared.identity_providers.identity import ProviderIdentity
from shared.principals import AccountHolder
from shared.storage.accounts.accounts import StoredAccount
from tests.authenticator import SoftAuthenticator
from tests.harness.service_harness import ServiceHarness, new_authenticator
from tests.no_event import NO_EVENT

ALICE = read_username("alice")


ALWAYS_FRESH = datetime(9999, 1, 1, tzinfo=UTC)


def identity(
    *roles: Role,
    subject: str = "backend",
    username: str | None = None,
    application: bool = True,
    authenticated_at: datetime | None = ALWAYS_FRESH,
) -> ProviderIdentity:
    return ProviderIdentity(
        issuer="https://provider.example",
        subject=subject,
        client_id=None,
        username=username,
        display_name=None,
        is_application=application,
        roles=frozenset(roles),
        authenticated_at=authenticated_at,
    )


ADMINISTRATOR = identity(Role.AUTHENTICATORS_ADMIN)
CLIENT_ADMINISTRATOR = identity(Role.CLIENTS_ADMIN)
GROUP_ADMINISTRATOR = identity(Role.GROUPS_ADMIN)
PROFILE_ADMINISTRATOR = identity(Role.PROFILES_ADMIN)


async def account_administrator(
    party: ServiceHarness,
    *roles: Role,
    username: str = "chief",
    key: SoftAuthenticator | None = None,
) -> AccountHolder:
    """One who signs in here, in place of a backend; with the role, or with those given."""
    key = key or new_authenticator()
    await party.register(key, username)
    await give_roles(party, username, *(roles or (Role.AUTHENTICATORS_ADMIN,)))
    return await holder(party, (await party.sign_in(key, username)).tokens.access_token)


async def give_roles(party: ServiceHarness, username: str, *roles: Role) -> None:
    owner = await account(party, username)
    changed = replace(owner.account, roles=frozenset(roles))
    assert await party.stores.accounts.change_account(owner, changed, event=NO_EVENT)


async def holder(party: ServiceHarness, access_token: str) -> AccountHolder:
    return AccountHolder(await party.service.bearer_authentication.read_own(access_token))


def unknown_handle() -> UserHandle:
    """A handle that belongs to no account."""
    return UserHandle(b"\xff" * HANDLE_BYTES)


async def handle_of(party: ServiceHarness, username: str = "alice") -> UserHandle:
    return (await account(party, username)).account.handle


async def account(party: ServiceHarness, username: str = "alice") -> StoredAccount:
    found = await party.service.provisioning.find(read_username(username))
    assert found is not None
    return found
