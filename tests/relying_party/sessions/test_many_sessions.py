"""Many sessions of one account are in the way of nothing else."""

from dataclasses import replace

import pytest

from shared.accounts.handles import locate_handle
from shared.relying_party.sessions.token_issuer import Tokens
from shared.sessions.session import SESSION_ID_BYTES
from shared.storage.session_rows import session_columns, session_keys
from shared.storage.tables.table import MAX_TRANSACTION, Operation
from tests.authenticator import SoftAuthenticator
from tests.harness.service_harness import ServiceHarness, new_authenticator
from tests.storage_transport import Storage

MANY = 1_100
"""More than storage returns in one answer."""


@pytest.fixture
async def signed_in(party: ServiceHarness, storage: Storage, alices: SoftAuthenticator) -> Tokens:
    await party.register(alices, "alice")
    tokens = (await party.sign_in(alices)).tokens
    for first in range(0, MANY, MAX_TRANSACTION):
        ids = [
            number.to_bytes(SESSION_ID_BYTES) for number in range(first, first + MAX_TRANSACTION)
        ]
        sessions = [replace(tokens.session, id=each) for each in ids]
        rows = [session_keys(session) | session_columns(session) for session in sessions]
        assert await storage.table("Accounts").transact([Operation("create", row) for row in rows])
    return tokens


async def test_an_account_is_read_whole(
    party: ServiceHarness, signed_in: Tokens, storage: Storage
) -> None:
    storage.transport.forget()
    second = new_authenticator()
    await party.register(second, "alice", token=signed_in.access_token)
    allowed = (await party.begin_authentication("alice"))["allowCredentials"]
    assert len(allowed) == 2
    owner = await party.stores.accounts.find_account(signed_in.session.sign_in.user_handle)
    assert owner is not None
    assert len(owner.records) == 2
    assert await party.stores.accounts.is_only(locate_handle(owner.account.handle))
    queries = [call.filter for call in storage.transport.calls if call.name == "query Accounts"]
    assert len(queries) >= 4
    assert all(condition.endswith("RowKey lt 'session:'") for condition in queries)


async def test_all_sessions_are_listed(party: ServiceHarness, signed_in: Tokens) -> None:
    handle = signed_in.session.sign_in.user_handle
    assert len(await party.service.sessions.of_account(handle)) == MANY + 1
