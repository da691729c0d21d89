"""Only sessions of removed credentials are ended."""

from contextlib import suppress

import pytest

from shared.errors import StorageUnavailable
from tests.authenticator import SoftAuthenticator, base64url
from tests.harness.administrators import ADMINISTRATOR, account
from tests.harness.record import record
from tests.harness.service_harness import ServiceHarness, new_authenticator
from tests.storage_faults import after, at, once, unreachable
from tests.storage_transport import Call, Send, Storage

FIRST = base64url.decode("-" * 21 + "A")
LAST = base64url.decode("z" * 21 + "w")
"""What is before, and behind, every locator that there is likely to be, as keys sort."""


@pytest.fixture(autouse=True)
def from_the_start(party: ServiceHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    """The random start of every sweep is the first key."""
    monkeypatch.setattr(party.service.stray_sessions, "_random", lambda _size: FIRST)


async def _sweep(party: ServiceHarness) -> int:
    return await party.service.stray_sessions.sweep(now=int(party.clock().timestamp()))


async def _lose(party: ServiceHarness, username: str, *, sessions: int = 1) -> None:
    """A key is removed, and the process ends before its sessions do."""
    key = new_authenticator()
    await party.register(key, username)
    for _ in range(sessions):
        await party.sign_in(key, username)

    async def end(call: Call, send: Send) -> object:
        ends = "RowKey ge 'session:'" in call.filter
        return await (unreachable(send) if ends else send())

    owner = await account(party, username)
    party.storage.transport.fault = end
    with pytest.raises(StorageUnavailable):
        await party.service.credentials.remove_of(
            owner.account.handle, owner.records[0].id, by=ADMINISTRATOR
        )
    party.storage.transport.fault = None


async def _sessions(storage: Storage) -> int:
    return len(await storage.rows("Accounts", prefix="session:"))


async def test_sessions_of_removed_credentials_are_ended(
    party: ServiceHarness, storage: Storage, alices: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    await party.sign_in(alices, "alice")
    for number in range(3):
        await _lose(party, f"bob{number}", sessions=2)
    assert await _sessions(storage) == 7
    assert await _sweep(party) == 6
    assert await _sweep(party) == 0
    assert await _sessions(storage) == 1
    events = [event for event in await record(party) if event["kind"] == "session.ended"]
    assert {(each["actor"]["type"], each["outcome"]) for each in events} == {("service", "success")}
    assert len(events) == 6


async def test_a_later_sweep_continues_an_interrupted_one(
    party: ServiceHarness, storage: Storage
) -> None:
    await _lose(party, "bob", sessions=3)
    for number in range(1, 12):
        storage.transport.fault = at(number, unreachable, then=unreachable)
        with suppress(StorageUnavailable):
            await _sweep(party)
    storage.transport.fault = None
    await _sweep(party)
    assert await _sessions(storage) == 0


async def test_a_session_opened_during_the_sweep_is_kept(
    party: ServiceHarness, storage: Storage
) -> None:
    await _lose(party, "carol")
    key = new_authenticator()

    async def come() -> None:
        storage.transport.fault = None
        await party.register(key, "dave")
        await party.sign_in(key, "dave")

    storage.transport.fault = once(after(come), "query Accounts")
    assert await _sweep(party) == 1
    assert await _sessions(storage) == 1


async def test_a_suspended_credential_is_not_a_removed_one(
    party: ServiceHarness, storage: Storage, alices: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    await party.sign_in(alices, "alice")
    (row,) = await storage.rows("Accounts", prefix="credential")
    row["Suspended"] = True
    await storage.table("Accounts").upsert(row)
    assert await _sweep(party) == 0


async def test_a_sweep_begins_at_a_random_place(
    party: ServiceHarness, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _lose(party, "bob")
    places = iter([LAST, FIRST])
    monkeypatch.setattr(party.service.stray_sessions, "_random", lambda _size: next(places))
    assert await _sweep(party) == 0
    assert await _sweep(party) == 1
