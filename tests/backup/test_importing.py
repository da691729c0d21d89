"""An import adds missing rows, and keeps newer rows of the store."""

from datetime import timedelta

import pytest

from devhost.azurite import Azurite
from shared import base64url
from shared.accounts.handles import UserHandle, locate_handle
from shared.audit.event import Kind
from shared.backup.contents import TABLES
from shared.backup.importing import ImportRefused
from shared.backup.tables_file import Row, Writing
from shared.errors import AuthenticationRejected, CredentialAlreadyRegistered, StorageUnavailable
from shared.storage.accounts.accounts import AccountStore
from shared.storage.accounts.credential_ids import CredentialIds
from shared.storage.accounts.stray_reservations import StrayReservations
from shared.storage.tables.table import MAX_TRANSACTION
from tests.access.profiles.documents import profile
from tests.authenticator import SoftAuthenticator
from tests.backup.restoring import ABOUT, IMPORTED_AT, back_up, content, import_rows, rows_of
from tests.harness.administrators import (
    ADMINISTRATOR,
    CLIENT_ADMINISTRATOR,
    GROUP_ADMINISTRATOR,
    PROFILE_ADMINISTRATOR,
    handle_of,
)
from tests.harness.record import brief, record, seal
from tests.harness.service_harness import ServiceHarness, new_authenticator
from tests.openid.clients.documents import client, web
from tests.storage_faults import ENDS, Crash, Way, after, at, crash_before_sending, once
from tests.storage_transport import Call, Send, Storage, open_storage

MANY = 120
"""More than one transaction can write."""


@pytest.fixture
async def lost(party: ServiceHarness, alices: SoftAuthenticator) -> ServiceHarness:
    """The file to restore: two people, a sealed event, and a waiting one."""
    await party.service.configuration_watch.detect_changes()
    await party.register(alices, "alice")
    await party.service.links.add(
        await handle_of(party), issuer="https://provider.example", subject="s", by=ADMINISTRATOR
    )
    await party.service.clients.create(client(web()), by=CLIENT_ADMINISTRATOR)
    await party.service.groups.create("dba", "", by=GROUP_ADMINISTRATOR)
    alice = await handle_of(party)
    await party.service.memberships.add("dba", alice, by=GROUP_ADMINISTRATOR)
    await party.service.access_profiles.create(profile(), by=PROFILE_ADMINISTRATOR)
    await seal(party)
    await party.register(new_authenticator(), "bob")
    await party.sign_in(alices)
    return party


@pytest.fixture
async def lines(lost: ServiceHarness) -> list[bytes]:
    return await back_up(lost.storage)


@pytest.fixture
async def store(lost: ServiceHarness, lines: list[bytes], empty: Storage) -> ServiceHarness:
    """A party over the empty store, in which the service key is restored."""
    await import_rows(empty, write_file([row for row in rows_of(lines) if row.table == "Service"]))
    return lost.over(empty)


async def register_mallory(party: ServiceHarness, key: SoftAuthenticator) -> None:
    """Mallory uses the ID of another user's credential."""
    options = await party.begin_registration("mallory")
    answer = new_authenticator().create(options, credential_id=key.latest.id)
    await party.finish_registration(answer)


async def test_a_restored_store_has_the_lost_rows(
    lost: ServiceHarness, lines: list[bytes], empty: Storage
) -> None:
    outcome = await import_rows(empty, lines)
    assert await content(empty, *TABLES) == await content(lost.storage, *TABLES)
    held = await content(lost.storage, *TABLES)
    assert dict(outcome.new) == {name: len(rows) for name, rows in held.items()}
    assert not any(outcome.there.values())
    assert not any(outcome.kept.values())


async def test_tables_that_are_not_restored_are_empty(lost: ServiceHarness, empty: Storage) -> None:
    await lost.begin_authentication("alice")
    assert await lost.storage.rows("AuditOutbox", prefix="~challenge:")
    await import_rows(empty, await back_up(lost.storage))
    assert await lost.storage.rows("Accounts", prefix="session:")
    assert await empty.rows("Accounts", prefix="session:") == []
    assert await empty.rows("RateLimits") == []
    assert await empty.rows("AuditOutbox", prefix="~") == []


async def test_groups_have_their_members_again(
    lost: ServiceHarness, lines: list[bytes], empty: Storage
) -> None:
    """The index is not in the file: it is made from the accounts."""
    await import_rows(empty, lines)
    before, after = [
        await storage.rows("Groups", prefix=base64url.encode(await handle_of(lost)))
        for storage in (lost.storage, empty)
    ]
    assert [row["UserHandle"] for row in after] == [row["UserHandle"] for row in before] != []


async def test_restored_credential_ids_belong_to_the_same_accounts(
    lost: ServiceHarness,
    lines: list[bytes],
    empty: Storage,
    alices: SoftAuthenticator,
) -> None:
    """So no other user can register one, even much later."""
    await import_rows(empty, lines)
    before, after = [
        {row["PartitionKey"]: row["UserHandle"] for row in await storage.rows("CredentialIds")}
        for storage in (lost.storage, empty)
    ]
    assert before == after
    restored = lost.over(empty)
    lost.clock.advance(hours=1)
    with pytest.raises(CredentialAlreadyRegistered):
        await register_mallory(restored, alices)


async def test_missing_credential_ids_of_existing_accounts_are_restored(
    lost: ServiceHarness, lines: list[bytes], alices: SoftAuthenticator
) -> None:
    await lost.sign_in(alices)  # a row of an account that differs from that in the file
    before = await content(lost.storage, "CredentialIds")
    for partition, key in before["CredentialIds"]:
        await lost.storage.table("CredentialIds").delete(partition, key)
    await import_rows(lost.storage, lines)
    after = await content(lost.storage, "CredentialIds")
    assert after["CredentialIds"].keys() == before["CredentialIds"].keys()
    lost.clock.advance(hours=1)
    with pytest.raises(CredentialAlreadyRegistered):
        await register_mallory(lost, alices)


async def test_a_restored_log_is_continued(
    lost: ServiceHarness, lines: list[bytes], empty: Storage
) -> None:
    await import_rows(empty, lines)
    restored = lost.over(empty)
    sealed = (await restored.stores.log.head()).size
    await restored.register(new_authenticator(), "carol")
    events = await record(restored)
    assert sealed
    assert len({event["id"] for event in events}) == len(events)
    assert sorted(brief(events[sealed:])) == [
        ("authentication.finished", "success"),  # its session is not restored
        ("registration.finished", "success"),  # bob's, that waited
        ("registration.finished", "success"),
    ]


async def test_a_repeated_import_adds_nothing(lines: list[bytes], empty: Storage) -> None:
    first = await import_rows(empty, lines)
    held = await content(empty)
    again = await import_rows(empty, lines)
    assert again.there == first.new
    assert not any(again.new.values())
    assert await content(empty) == held


async def test_a_repeated_import_after_new_events_adds_nothing(
    lost: ServiceHarness, lines: list[bytes], empty: Storage
) -> None:
    """It adds no notice of an event that was sealed since: that would be sealed twice."""
    await import_rows(empty, lines)
    restored = lost.over(empty)
    await record(restored)
    await restored.register(new_authenticator(), "carol")
    held = await content(empty)
    assert not any((await import_rows(empty, lines)).new.values())
    assert await content(empty) == held
    events = await record(restored)
    assert len({event["id"] for event in events}) == len(events)


async def test_a_dry_run_writes_nothing_and_has_the_same_result(
    lines: list[bytes], empty: Storage
) -> None:
    empty.transport.forget()
    looked = await import_rows(empty, lines, write=False)
    assert empty.transport.writes == []
    assert looked == await import_rows(empty, lines)


async def test_an_existing_account_is_not_changed(
    lost: ServiceHarness,
    lines: list[bytes],
    empty: Storage,
    alices: SoftAuthenticator,
) -> None:
    """A credential or a role that was removed since the export is not restored."""
    await import_rows(empty, lines)
    restored = lost.over(empty)
    await restored.service.credentials.remove_of(
        await handle_of(restored), alices.latest.id, by=ADMINISTRATOR
    )
    await restored.service.credentials.suspend_account(
        await handle_of(restored, "bob"), suspended=True, by=ADMINISTRATOR
    )
    held = await content(empty)
    outcome = await import_rows(empty, lines)
    assert await content(empty) == held
    assert outcome.kept["Accounts"] >= 3
    with pytest.raises(AuthenticationRejected):
        await restored.sign_in(alices)


async def test_missing_accounts_are_added_to_existing_ones(
    lost: ServiceHarness,
    lines: list[bytes],
    empty: Storage,
    alices: SoftAuthenticator,
) -> None:
    await import_rows(empty, lines)
    held = await content(empty)
    gone = rows_of(lines)[1].partition
    for row in await empty.rows("Accounts"):
        if row["PartitionKey"] == gone:
            await empty.table("Accounts").delete(gone, row["RowKey"])
    await import_rows(empty, lines)
    assert await content(empty) == held


async def test_a_missing_service_key_is_restored(
    lost: ServiceHarness, lines: list[bytes], alices: SoftAuthenticator
) -> None:
    await lost.register(new_authenticator(), "carol")
    await lost.storage.table("Service").delete("service-key", "1")
    await import_rows(lost.storage, lines)
    await lost.over(lost.storage).sign_in(alices, "alice")


async def test_missing_rows_of_the_tree_are_restored(
    lost: ServiceHarness, lines: list[bytes]
) -> None:
    tree = await content(lost.storage, "AuditTree")
    for partition, key in tree["AuditTree"].keys() - {("head", "head")}:
        await lost.storage.table("AuditTree").delete(partition, key)
    await import_rows(lost.storage, lines)
    assert await content(lost.storage, "AuditTree") == tree
    await record(lost.over(lost.storage))


async def test_a_store_with_another_service_key_is_refused(
    lost: ServiceHarness, lines: list[bytes], empty: Storage
) -> None:
    await lost.over(empty).stores.service_key.get()
    held = await content(empty)
    with pytest.raises(ImportRefused, match="another service key"):
        await import_rows(empty, lines, write=False)
    with pytest.raises(ImportRefused, match="another service key"):
        await import_rows(empty, lines)
    assert await content(empty) == held


async def test_a_dry_run_finds_a_store_with_another_log(
    lost: ServiceHarness, lines: list[bytes], empty: Storage
) -> None:
    """The service begins such a log if it starts on an empty store."""
    await lost.over(empty).service.configuration_watch.detect_changes()
    await seal(lost.over(empty))
    with pytest.raises(ImportRefused, match="another log: entry 0 differs"):
        await import_rows(empty, lines, write=False)


async def test_a_dry_run_finds_a_store_with_a_shorter_log(
    lost: ServiceHarness, lines: list[bytes], empty: Storage
) -> None:
    await import_rows(empty, lines)
    await seal(lost)
    with pytest.raises(ImportRefused, match="shorter"):
        await import_rows(empty, await back_up(lost.storage), write=False)


async def test_an_import_does_not_restore_an_erased_person(
    lost: ServiceHarness, lines: list[bytes], empty: Storage
) -> None:
    await import_rows(empty, lines)
    log = lost.over(empty).stores.log
    for entry in await log.entries(0, limit=10):
        await log.forget_person(entry, key=await lost.keys.statement_key())
    outcome = await import_rows(empty, lines)
    assert outcome.kept["AuditLog"]
    assert not [e for e in await log.entries(0, limit=10) if e.statement.personal]


async def test_an_import_never_gives_one_credential_to_two_accounts(
    store: ServiceHarness, lines: list[bytes], empty: Storage, alices: SoftAuthenticator
) -> None:
    """Mallory registered alice's credential ID while alice's account was missing."""
    await register_mallory(store, alices)
    for write in (False, True):
        with pytest.raises(ImportRefused, match="another account"):
            await import_rows(empty, lines, write=write)
    (owner,) = await empty.rows("Accounts", prefix="account")
    assert owner["Username"] == "mallory"


async def test_a_credential_that_is_registered_during_an_import_is_refused(
    store: ServiceHarness, lines: list[bytes], empty: Storage, alices: SoftAuthenticator
) -> None:

    async def meanwhile(send: Send) -> object:
        await register_mallory(store, alices)
        return await send()

    empty.transport.fault = once(meanwhile, "insert CredentialIds")
    with pytest.raises(ImportRefused, match="another account"):
        await import_rows(empty, of_account(lines, alices))


@pytest.mark.parametrize(
    ("table", "complaint"),
    [("AuditLog", "another log: entry 0 differs"), ("AuditOutbox", "is the service running")],
)
async def test_an_import_notices_a_service_that_writes(
    lost: ServiceHarness, lines: list[bytes], empty: Storage, table: str, complaint: str
) -> None:
    row = next(row for row in rows_of(lines) if row.table == table)

    async def meanwhile(send: Send) -> object:
        await empty.table(table).insert(
            {"PartitionKey": row.partition, "RowKey": row.key, "Leaf": b"another"}
        )
        return await send()

    empty.transport.fault = once(meanwhile, f"transact {table}")
    with pytest.raises(ImportRefused, match=complaint):
        await import_rows(empty, lines)


async def test_an_account_made_during_an_import_gets_no_foreign_credential(
    store: ServiceHarness, lines: list[bytes], empty: Storage, alices: SoftAuthenticator
) -> None:

    async def meanwhile(send: Send) -> object:
        await store.register(new_authenticator(), "alice")
        return await send()

    empty.transport.fault = once(meanwhile, "transact Accounts")
    with pytest.raises(ImportRefused, match="somebody else writes to Accounts"):
        await import_rows(empty, of_account(lines, alices))
    with pytest.raises(AuthenticationRejected):
        await store.sign_in(alices)


async def test_a_log_begun_during_an_import_gets_no_foreign_entry(
    lost: ServiceHarness, lines: list[bytes], empty: Storage
) -> None:
    store = lost.over(empty)

    async def meanwhile(send: Send) -> object:
        await store.recorder.record(Kind.AUDIT_READ)
        await store.service.sealing.seal(until=store.clock() + timedelta(seconds=1))
        return await send()

    empty.transport.fault = once(meanwhile, "transact AuditLog")
    with pytest.raises(ImportRefused, match="another log"):
        await import_rows(empty, lines)
    others = {entry.statement.leaf for entry in await lost.stores.log.entries(0, limit=100)}
    log = await store.stores.log.entries(0, limit=100)
    assert log
    assert not others & {entry.statement.leaf for entry in log}


def of_account(lines: list[bytes], key: SoftAuthenticator) -> list[bytes]:
    """A file with only that account."""
    partition = base64url.encode(locate_handle(UserHandle(key.latest.user_handle)))
    kept = [row for row in rows_of(lines) if row.partition in ("service-key", partition)]
    return write_file(kept)


def write_file(rows: list[Row]) -> list[bytes]:
    writing = Writing()
    return [writing.begin(ABOUT), *map(writing.row, rows), writing.end()]


@pytest.mark.parametrize("way", ENDS.values(), ids=ENDS.keys())
async def test_an_import_can_be_repeated_after_a_crash_at_any_write(
    azurite: Azurite, lines: list[bytes], empty: Storage, way: tuple[Way, Way]
) -> None:
    empty.transport.forget()
    await import_rows(empty, lines)
    writes = [at for at, call in enumerate(empty.transport.calls, 1) if call.is_write]
    whole = await content(empty)
    assert len(writes) > len(TABLES)
    # A crash at a read leaves the same state as after the last write.
    for number in writes:
        async with open_storage(azurite.connection_string) as storage:
            await storage.make_tables()
            storage.transport.fault = at(number, way[0], then=way[1])
            with pytest.raises((Crash, StorageUnavailable)):
                await import_rows(storage, lines)
            storage.transport.fault = None
            await import_rows(storage, lines)
            assert await content(storage) == whole, number


async def test_a_large_account_has_no_owner_until_all_its_rows_are_written(
    lost: ServiceHarness, empty: Storage, alices: SoftAuthenticator
) -> None:
    partition = base64url.encode(locate_handle(UserHandle(alices.latest.user_handle)))
    for number in range(MANY):
        event = {"PartitionKey": partition, "RowKey": f"~event:{number:04d}", "Leaf": bytes(9)}
        await lost.storage.table("Accounts").insert(event)
        notice = {"PartitionKey": "0", "RowKey": f"{number:04d}"}
        await lost.storage.table("AuditOutbox").insert(notice)
    lines = await back_up(lost.storage)
    transactions = 0

    async def end_in_between(call: Call, send: Send) -> object:
        nonlocal transactions
        transactions += call.name == "transact Accounts"
        return await (send() if transactions < 2 else crash_before_sending(send))

    alone = [
        row
        for row in rows_of(lines)
        if row.partition in ("service-key", partition) or row.table == "AuditOutbox"
    ]
    empty.transport.fault = end_in_between
    with pytest.raises(Crash):
        await import_rows(empty, write_file(alone))
    empty.transport.fault = None
    assert len(await empty.rows("Accounts")) == MAX_TRANSACTION
    assert await empty.rows("Accounts", prefix="account") == []
    await import_rows(empty, lines)
    assert await content(empty, *TABLES) == await content(lost.storage, *TABLES)
    await lost.over(empty).sign_in(alices, "alice")


async def test_an_interrupted_import_leaves_the_beginning_of_the_log(
    party: ServiceHarness, empty: Storage
) -> None:
    for _ in range(MANY):
        await party.recorder.record(Kind.AUDIT_READ)
    await seal(party)
    lines, transactions = await back_up(party.storage), 0

    async def end_at_the_second(call: Call, send: Send) -> object:
        nonlocal transactions
        transactions += call.name == "transact AuditLog"
        fails = call.name == "transact AuditLog" and transactions == 2
        return await (crash_before_sending(send) if fails else send())

    empty.transport.fault = end_at_the_second
    with pytest.raises(Crash):
        await import_rows(empty, lines)
    empty.transport.fault = None
    assert [row["RowKey"] for row in await empty.rows("AuditLog")] == [
        f"{index:012d}" for index in range(MAX_TRANSACTION)
    ]
    await import_rows(empty, lines)
    assert await content(empty, *TABLES) == await content(party.storage, *TABLES)


async def test_large_rows_are_written_in_several_transactions(
    storage: Storage, empty: Storage
) -> None:
    outbox = storage.table("AuditOutbox")
    for number in range(60):
        row = {"PartitionKey": "0", "RowKey": f"{number:04d}", "Evidence": bytes(60_000)}
        await outbox.insert(row)
    await import_rows(empty, await back_up(storage))
    assert await content(empty, "AuditOutbox") == await content(storage, "AuditOutbox")
    assert empty.transport.names.count("transact AuditOutbox") == 6


async def test_a_sweep_during_an_import_removes_no_imported_row(
    lost: ServiceHarness, lines: list[bytes], empty: Storage
) -> None:
    """A timer may run though the app is stopped, when a reservation is there and its credential is
    not yet."""
    ids, now = CredentialIds(empty.table("CredentialIds")), int(IMPORTED_AT.timestamp())
    accounts = AccountStore(empty.table("Accounts"))
    strays = StrayReservations(accounts=accounts, ids=ids, random=bytes)
    empty.transport.fault = once(after(lambda: strays.sweep(now=now)), "transact Accounts")
    await import_rows(empty, lines)
    for row in await lost.storage.rows("Accounts", prefix="credential:"):
        assert await ids.find(row["CredentialId"]) is not None
