"""What is written over what: an import adds, and whatever the store knows better stays."""

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
from tests.authenticator import SoftAuthenticator
from tests.backup.restoring import ABOUT, IMPORTED_AT, back_up, content, import_rows, rows_of
from tests.harness.administrators import (
    ADMINISTRATOR,
    handle_of,
)
from tests.harness.record import brief, record, seal
from tests.harness.service_harness import ServiceHarness, new_authenticator
from tests.storage_faults import ENDS, Crash, Way, after, at, crash_before_sending, once
from tests.storage_transport import Call, Send, Storage, open_storage

MANY = 120
"""More than one transaction can write."""


@pytest.fixture
async def lost(party: ServiceHarness, alices: SoftAuthenticator) -> ServiceHarness:
    """What is to be restored: two people, something sealed, something that waits."""
    await party.service.configuration_watch.detect_changes()
    await party.register(alices, "alice")
    await party.service.links.add(
        await handle_of(party), issuer="https://provider.example", subject="s", by=ADMINISTRATOR
    )
    await seal(party)
    await party.register(new_authenticator(), "bob")
    await party.sign_in(alices)
    return party


@pytest.fixture
async def lines(lost: ServiceHarness) -> list[bytes]:
    return await back_up(lost.storage)


@pytest.fixture
async def store(lost: ServiceHarness, lines: list[bytes], empty: Storage) -> ServiceHarness:
    """Over the empty one, which has the service key again."""
    await import_rows(empty, write_file([row for row in rows_of(lines) if row.table == "Service"]))
    return lost.over(empty)


async def register_mallory(party: ServiceHarness, key: SoftAuthenticator) -> None:
    """With the ID of a credential that is somebody else's."""
    options = await party.begin_registration("mallory")
    answer = new_authenticator().create(options, credential_id=key.latest.id)
    await party.finish_registration(answer)


async def test_a_restored_store_has_the_rows_that_were_lost(
    lost: ServiceHarness, lines: list[bytes], empty: Storage
) -> None:
    outcome = await import_rows(empty, lines)
    assert await content(empty, *TABLES) == await content(lost.storage, *TABLES)
    assert dict(outcome.new) == {name: len(await lost.storage.rows(name)) for name in TABLES}
    assert not any(outcome.there.values())
    assert not any(outcome.kept.values())


async def test_what_is_not_restored_is_empty(lost: ServiceHarness, empty: Storage) -> None:
    await lost.begin_authentication("alice")
    await import_rows(empty, await back_up(lost.storage))
    for name in ("Challenges", "Sessions", "RateLimits"):
        assert await empty.rows(name) == []


async def test_credential_ids_belong_to_the_same_accounts_again(
    lost: ServiceHarness,
    lines: list[bytes],
    empty: Storage,
    alices: SoftAuthenticator,
) -> None:
    """So nobody else can register one, even long after."""
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


async def test_credential_ids_that_are_gone_are_made_again_for_accounts_that_are_there(
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


async def test_the_log_goes_on_from_where_it_was(
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
        # Sessions are not restored, nor what stood beside one: that its sign-in came to an end.
        ("authentication.finished", "attempted"),
        ("registration.finished", "success"),  # bob's, that waited
        ("registration.finished", "success"),
    ]


async def test_an_import_begun_again_adds_nothing(lines: list[bytes], empty: Storage) -> None:
    first = await import_rows(empty, lines)
    held = await content(empty)
    again = await import_rows(empty, lines)
    assert again.there == first.new
    assert not any(again.new.values())
    assert await content(empty) == held


async def test_an_import_begun_again_after_the_service_went_on_adds_nothing(
    lost: ServiceHarness, lines: list[bytes], empty: Storage
) -> None:
    """Above all no notice of an event that was sealed since: it would be sealed twice."""
    await import_rows(empty, lines)
    restored = lost.over(empty)
    await record(restored)
    await restored.register(new_authenticator(), "carol")
    held = await content(empty)
    assert not any((await import_rows(empty, lines)).new.values())
    assert await content(empty) == held
    events = await record(restored)
    assert len({event["id"] for event in events}) == len(events)


async def test_a_look_writes_nothing_and_tells_what_would_be_written(
    lines: list[bytes], empty: Storage
) -> None:
    empty.transport.forget()
    looked = await import_rows(empty, lines, write=False)
    assert empty.transport.writes == []
    assert looked == await import_rows(empty, lines)


async def test_an_account_that_is_there_stays_as_it_is(
    lost: ServiceHarness,
    lines: list[bytes],
    empty: Storage,
    alices: SoftAuthenticator,
) -> None:
    """A credential that was removed since the export does not come back, nor does a role."""
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


async def test_accounts_that_are_missing_are_added_beside_others(
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


async def test_a_service_key_that_is_gone_comes_back_while_the_service_goes_on(
    lost: ServiceHarness, lines: list[bytes], alices: SoftAuthenticator
) -> None:
    await lost.register(new_authenticator(), "carol")
    await lost.storage.table("Service").delete("service-key", "1")
    await import_rows(lost.storage, lines)
    await lost.over(lost.storage).sign_in(alices, "alice")


async def test_what_is_missing_of_the_tree_comes_back(
    lost: ServiceHarness, lines: list[bytes]
) -> None:
    tree = await content(lost.storage, "AuditTree")
    for partition, key in tree["AuditTree"].keys() - {("head", "head")}:
        await lost.storage.table("AuditTree").delete(partition, key)
    await import_rows(lost.storage, lines)
    assert await content(lost.storage, "AuditTree") == tree
    await record(lost.over(lost.storage))


async def test_a_store_with_another_service_key_gets_nothing(
    lost: ServiceHarness, lines: list[bytes], empty: Storage
) -> None:
    await lost.over(empty).stores.service_key.get()
    held = await content(empty)
    with pytest.raises(ImportRefused, match="another service key"):
        await import_rows(empty, lines, write=False)
    with pytest.raises(ImportRefused, match="another service key"):
        await import_rows(empty, lines)
    assert await content(empty) == held


async def test_a_store_with_another_log_is_found_out_by_a_look(
    lost: ServiceHarness, lines: list[bytes], empty: Storage
) -> None:
    """As one that the service began when it was started on an empty store."""
    await lost.over(empty).service.configuration_watch.detect_changes()
    await seal(lost.over(empty))
    with pytest.raises(ImportRefused, match="another log: entry 0 differs"):
        await import_rows(empty, lines, write=False)


async def test_a_store_with_a_shorter_log_is_found_out_by_a_look(
    lost: ServiceHarness, lines: list[bytes], empty: Storage
) -> None:
    await import_rows(empty, lines)
    await seal(lost)
    with pytest.raises(ImportRefused, match="shorter"):
        await import_rows(empty, await back_up(lost.storage), write=False)


async def test_a_person_who_was_forgotten_since_stays_forgotten(
    lost: ServiceHarness, lines: list[bytes], empty: Storage
) -> None:
    await import_rows(empty, lines)
    log = lost.over(empty).stores.log
    for entry in await log.entries(0, limit=10):
        await log.forget_person(entry, key=await lost.keys.statement_key())
    outcome = await import_rows(empty, lines)
    assert outcome.kept["AuditLog"]
    assert not [e for e in await log.entries(0, limit=10) if e.statement.personal]


async def test_no_two_accounts_get_one_credential(
    store: ServiceHarness, lines: list[bytes], empty: Storage, alices: SoftAuthenticator
) -> None:
    """Mallory brought alice's credential ID while alice was not there."""
    await register_mallory(store, alices)
    for write in (False, True):
        with pytest.raises(ImportRefused, match="another account"):
            await import_rows(empty, lines, write=write)
    (owner,) = await empty.rows("Accounts", prefix="account")
    assert owner["Username"] == "mallory"


async def test_no_two_accounts_get_one_credential_that_is_registered_meanwhile(
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
async def test_a_service_that_writes_meanwhile_is_noticed(
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


async def test_an_account_that_is_made_meanwhile_gets_no_credential_of_another(
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


async def test_a_log_that_is_begun_meanwhile_gets_no_entry_of_another(
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
    """The file of that account alone."""
    partition = base64url.encode(locate_handle(UserHandle(key.latest.user_handle)))
    kept = [row for row in rows_of(lines) if row.partition in ("service-key", partition)]
    return write_file(kept)


def write_file(rows: list[Row]) -> list[bytes]:
    writing = Writing()
    return [writing.begin(ABOUT), *map(writing.row, rows), writing.end()]


@pytest.mark.parametrize("way", ENDS.values(), ids=ENDS.keys())
async def test_an_import_that_ends_at_any_call_is_begun_again_and_comes_to_the_same_end(
    azurite: Azurite, lines: list[bytes], empty: Storage, way: tuple[Way, Way]
) -> None:
    empty.transport.forget()
    await import_rows(empty, lines)
    writes = [at for at, call in enumerate(empty.transport.calls, 1) if call.is_write]
    whole = await content(empty)
    assert len(writes) > len(TABLES)
    # An end at a call that reads leaves what the last write did.
    for number in writes:
        async with open_storage(azurite.connection_string) as storage:
            await storage.make_tables()
            storage.transport.fault = at(number, way[0], then=way[1])
            with pytest.raises((Crash, StorageUnavailable)):
                await import_rows(storage, lines)
            storage.transport.fault = None
            await import_rows(storage, lines)
            assert await content(storage) == whole, number


async def test_an_account_of_more_rows_than_a_transaction_has_is_nobodys_until_it_is_whole(
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


async def test_what_there_is_of_a_log_is_its_beginning(
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


async def test_rows_that_are_large_go_in_more_transactions_than_one(
    storage: Storage, empty: Storage
) -> None:
    outbox = storage.table("AuditOutbox")
    for number in range(60):
        row = {"PartitionKey": "0", "RowKey": f"{number:04d}", "Evidence": bytes(60_000)}
        await outbox.insert(row)
    await import_rows(empty, await back_up(storage))
    assert await content(empty, "AuditOutbox") == await content(storage, "AuditOutbox")
    assert empty.transport.names.count("transact AuditOutbox") == 6


async def test_what_is_swept_meanwhile_is_nothing_of_the_file(
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
