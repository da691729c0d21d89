"""For any input, a key has no character that Azure forbids, and is not too long."""

import re
import secrets

from azure.data.tables import TableEntity
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.accounts.handles import AccountLocator
from shared.storage.accounts.entities import credential_row
from shared.storage.challenges import ChallengeStore
from shared.storage.tables.row_keys import digest_key, partition_key
from tests.storage.records import Accounts, found, new_handle, record
from tests.storage_transport import Storage

# No / \ # ?, no control characters, and no %, which fails in old clients;
# 1 KiB is 512 characters.
KEY = re.compile(r"[A-Za-z0-9:_~-]{1,512}")


@given(st.binary(max_size=2_000))
def test_any_bytes_have_a_valid_key(data: bytes) -> None:
    assert KEY.fullmatch(digest_key(data))
    assert KEY.fullmatch(credential_row(data))


@given(st.binary(min_size=16, max_size=16))
def test_any_account_has_a_valid_key(locator: bytes) -> None:
    assert KEY.fullmatch(partition_key(AccountLocator(locator)))


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_different_inputs_have_different_keys(one: bytes, other: bytes) -> None:
    assert (digest_key(one) == digest_key(other)) is (one == other)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(credential_id=st.binary(max_size=1015), expires_at=st.integers(0, 2**32 - 1))
async def test_every_stored_key_is_valid(
    storage: Storage, credential_id: bytes, expires_at: int
) -> None:
    await ChallengeStore(storage.table("AuditOutbox")).add(credential_id, expires_at=expires_at)
    unique = credential_id + secrets.token_bytes(8)
    await found(Accounts(storage), record(new_handle(), id=unique))
    written = ("Accounts", "AuditOutbox", "CredentialIds")
    rows = [row for name in written for row in await _rows(storage, name)]
    assert rows
    for row in rows:
        assert KEY.fullmatch(row["PartitionKey"])
        assert KEY.fullmatch(row["RowKey"])


async def _rows(storage: Storage, name: str) -> list[TableEntity]:
    client = storage.sdk.get_table_client(name + storage.suffix)
    return [row async for row in client.list_entities()]
