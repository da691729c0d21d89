"""People with roles. No endpoint gives one: over HTTP they come from an identity provider."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

from shared.accounts.handles import UserHandle
from shared.accounts.roles import Role
from shared.settings import TablesSettings
from shared.storage.accounts.account_rows import credential_keys
from shared.storage.accounts.accounts import AccountStore
from shared.storage.tables.client import connect
from shared.storage.tables.table import Table
from tests.api import Api, Json, new_username
from tests.authenticator import SoftAuthenticator, base64url
from tests.no_event import NO_EVENT


@asynccontextmanager
async def tables(connection_string: str) -> AsyncIterator[dict[str, Table]]:
    """The service's own tables, by their names."""
    async with connect(TablesSettings(connection_string=connection_string)) as service:
        yield {"Accounts": Table(service, "Accounts")}


async def give_roles(connection_string: str, handle: UserHandle, *roles: Role) -> None:
    async with tables(connection_string) as names:
        accounts = AccountStore(names["Accounts"])
        owner = await accounts.find_account(handle)
        assert owner is not None
        account = replace(owner.account, roles=frozenset(roles))
        assert await accounts.change_account(owner, account, event=NO_EVENT)


async def age_keys(connection_string: str, signed_in: Json) -> None:
    """Make a user's passkeys old enough to confirm an erasure. `signed_in` says who."""
    handle = UserHandle(base64url.decode(signed_in["user"]["id"]))
    async with tables(connection_string) as names:
        owner = await AccountStore(names["Accounts"]).find_account(handle)
        assert owner is not None
        for record in owner.records:
            created_at = record.created_at - timedelta(days=30)
            assert await names["Accounts"].merge(
                credential_keys(record) | {"CreatedAt": created_at}
            )


def new_key(api: Api) -> SoftAuthenticator:
    return SoftAuthenticator(rp_id="localhost", origin=api.url)


async def sign_in_as(
    api: Api, connection_string: str, *roles: Role, name: str | None = None
) -> Json:
    """Register a user, write the roles into storage, and sign in."""
    key, username = new_key(api), name or new_username()
    await api.register(key, username)
    signed_in = await api.sign_in(key, username)
    if roles:
        handle = UserHandle(base64url.decode(signed_in["user"]["id"]))
        await give_roles(connection_string, handle, *roles)
        signed_in = await api.sign_in(key, username)
    return signed_in
