"""An export is complete, even if the service writes meanwhile."""

import base64
from collections.abc import Awaitable, Callable
from dataclasses import replace
from itertools import groupby

import pytest
from pytest_mock import MockerFixture

from shared.accounts.handles import UserHandle
from shared.accounts.names import read_username
from shared.backup.contents import TABLES
from shared.backup.tables_file import Row
from shared.errors import StorageUnavailable
from shared.relying_party.onboarding.pass_terms import PassRequest
from shared.storage.accounts.accounts import AccountStore
from shared.storage.accounts.entities import is_credential
from shared.storage.tables.table import PAGE
from tests.access.profiles.documents import profile
from tests.authenticator import SoftAuthenticator
from tests.backup.restoring import back_up, content, import_rows, rows_of
from tests.harness.administrators import (
    ADMINISTRATOR,
    ALICE,
    CLIENT_ADMINISTRATOR,
    GROUP_ADMINISTRATOR,
    PROFILE_ADMINISTRATOR,
)
from tests.harness.record import record, seal
from tests.harness.service_harness import ServiceHarness, new_authenticator
from tests.no_event import NO_EVENT
from tests.openid.clients.documents import client, web
from tests.storage.records import Accounts, found, new_credential, new_handle
from tests.storage.records import record as credential_of
from tests.storage_faults import once
from tests.storage_transport import Call, Send, Storage

PASS = PassRequest(username=ALICE, display_name=None, lifetime=None, one_time=True, starts_at=None)
CALLS = 8
"""The head, and one page of each table."""


@pytest.fixture
async def used(party: ServiceHarness, alices: SoftAuthenticator) -> ServiceHarness:
    """A party with a sealed event and a waiting one."""
    await party.service.configuration_watch.detect_changes()
    await party.register(alices, "alice")
    await party.service.clients.create(client(web()), by=CLIENT_ADMINISTRATOR)
    await party.service.groups.create("dba", "", by=GROUP_ADMINISTRATOR)
    await party.service.access_profiles.create(profile(), by=PROFILE_ADMINISTRATOR)
    await seal(party)
    await party.service.passes.issue(PASS, by=ADMINISTRATOR)
    await party.sign_in(alices)
    return party


@pytest.mark.parametrize("size", [1, 2, PAGE])
async def test_a_backup_has_exactly_the_rows_to_restore(
    used: ServiceHarness, mocker: MockerFixture, size: int
) -> None:
    """In tables of many pages, too, some of which divide a partition."""
    mocker.patch("shared.storage.tables.table_reader.PAGE", size)
    held = await content(used.storage, *TABLES)
    rows = rows_of(await back_up(used.storage))
    assert len(rows) == sum(map(len, held.values()))
    assert all(held[row.table][row.partition, row.key] == row.entity for row in rows)
    assert all(held[name] for name in set(TABLES) - {"Links"})


async def test_passes_and_sessions_are_not_in_the_file(used: ServiceHarness) -> None:
    passes = await used.storage.rows("Accounts", prefix="access-pass")
    sessions = await used.storage.rows("Accounts", prefix="session:")
    secrets = [row["Digest"] for row in passes] + [row["Current"] for row in sessions]
    assert len(secrets) == 2
    text = b"".join(await back_up(used.storage))
    assert not [secret for secret in secrets if base64.b64encode(secret) in text]


async def test_requests_for_erasures_are_not_in_the_file(used: ServiceHarness) -> None:
    """Otherwise a withdrawn request would be restored. Its event and notice are in the file."""
    name = "somebody-to-forget"  # so long that no random bytes have it in base64
    erasure = await used.service.erasure_requests.request(read_username(name), by=ADMINISTRATOR)
    rows = rows_of(await back_up(used.storage))
    (recorded,) = [row for row in rows if row.partition == "erasures"]
    assert recorded.key == f"~event:{erasure.id}"
    assert erasure.id in {row.key for row in rows if row.table == "AuditOutbox"}
    assert not [row for row in rows if name in str(row.entity)]


async def test_an_empty_store_has_a_backup(storage: Storage) -> None:
    assert rows_of(await back_up(storage)) == []


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
async def test_an_account_is_exported_in_one_consistent_state(
    storage: Storage, mocker: MockerFixture, size: int
) -> None:
    """Every account changes before each request, wherever a page ends."""
    mocker.patch("shared.storage.tables.table_reader.PAGE", size)
    accounts, handles = Accounts(storage), [new_handle() for _ in range(4)]
    for handle in handles:
        await found(accounts, credential_of(handle))
        await accounts.add_credential(new_credential(credential_of(handle)))

    async def suspend_or_resume(call: Call, send: Send) -> object:
        if call.name == "query Accounts":
            storage.transport.fault = None
            for handle in handles:
                await _turn(accounts, handle)
            storage.transport.fault = suspend_or_resume
        return await send()

    storage.transport.fault = suspend_or_resume
    rows = [row for row in rows_of(await back_up(storage)) if row.table == "Accounts"]
    assert len(rows) == 3 * len(handles)
    for _, group in groupby(rows, key=lambda row: row.partition):
        assert len({_is_suspended(row) for row in group}) == 1


async def _turn(accounts: AccountStore, handle: UserHandle) -> None:
    owner = await accounts.find_account(handle)
    assert owner is not None
    turned = replace(owner.account, suspended=not owner.account.suspended)
    assert await accounts.change_account(owner, turned, event=NO_EVENT)


def _is_suspended(row: Row) -> bool:
    return bool(row.entity["AccountSuspended" if is_credential(row.entity) else "Suspended"])


async def _register(party: ServiceHarness) -> None:
    await party.register(new_authenticator(), "bob")


async def _register_and_seal(party: ServiceHarness) -> None:
    await party.register(new_authenticator(), "bob")
    await seal(party)
    await party.register(new_authenticator(), "carol")


@pytest.mark.parametrize("number", range(1, CALLS + 1))
@pytest.mark.parametrize("meanwhile", [_register, seal, _register_and_seal])
async def test_changes_during_an_export_are_recorded_once(
    used: ServiceHarness,
    empty: Storage,
    meanwhile: Callable[[ServiceHarness], Awaitable[object]],
    number: int,
) -> None:
    """The service writes between any two requests of the export; then the file is restored."""
    transport, seen = used.storage.transport, 0

    async def go_on(_call: Call, send: Send) -> object:
        nonlocal seen
        seen += 1
        if seen == number:
            transport.fault = None
            await meanwhile(used)
        return await send()

    transport.fault = go_on
    lines = await back_up(used.storage)
    transport.fault = None
    assert seen >= number
    await import_rows(empty, lines)
    events = await record(used.over(empty))
    assert len({event["id"] for event in events}) == len(events)
    recorded = {
        event["credential"]["hash"]
        for event in events
        if (event["kind"], event["outcome"]) == ("registration.finished", "success")
    }
    credentials = await empty.rows("Accounts", prefix="credential:")
    stored = {row["RowKey"].partition(":")[2] for row in credentials}
    assert stored
    assert stored <= recorded


async def test_an_event_sealed_during_an_export_does_not_stay_with_its_account(
    used: ServiceHarness, empty: Storage
) -> None:
    """Nothing would find it there, and it names a person."""
    transport = used.storage.transport

    async def meanwhile(send: Send) -> object:
        await seal(used)
        return await send()

    await used.register(new_authenticator(), "bob")
    transport.fault = once(meanwhile, "query Links")
    await import_rows(empty, await back_up(used.storage))
    restored = used.over(empty)
    await record(restored)
    assert await empty.rows("Accounts", prefix="account")
    assert await empty.rows("Accounts", prefix="~event") == []


async def test_an_export_fails_if_a_table_is_deleted_meanwhile(
    used: ServiceHarness, mocker: MockerFixture, caplog: pytest.LogCaptureFixture
) -> None:
    mocker.patch("shared.storage.tables.table_reader.PAGE", 1)
    storage, seen = used.storage, 0

    async def meanwhile(call: Call, send: Send) -> object:
        nonlocal seen
        seen += call.name == "query Accounts"
        if seen == 2:
            storage.transport.fault = None
            await storage.sdk.delete_table("Accounts" + storage.suffix)
        return await send()

    storage.transport.fault = meanwhile
    with pytest.raises(StorageUnavailable):
        await back_up(storage)
    assert "no answer of storage" not in caplog.text, "storage has said that it is gone"


async def test_an_export_of_a_log_with_a_gap_fails(used: ServiceHarness) -> None:
    await used.storage.table("AuditLog").delete("000000000000", "000000000001")
    with pytest.raises(ValueError, match="no entry 1"):
        await back_up(used.storage)
